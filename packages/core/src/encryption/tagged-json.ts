import type { AttributeValue, StoredItem } from '../codec/attribute-value.ts';
import { setOwn } from '../codec/plain-object.ts';

/**
 * What TableTheory's envelopes of version 1 hold: a value in JSON with its type in `t` and its content under the
 * type's name in lower case, `{"t":"S","s":"text"}`, bytes in base64, keys of maps sorted.
 */
export function toTaggedJson(value: AttributeValue): string {
  return JSON.stringify(tagged(value));
}

function tagged(value: AttributeValue): object {
  const [type, content] = Object.entries(value)[0] as [string, unknown];
  return { t: type, [type.toLowerCase()]: taggedContent(type, content) };
}

function taggedContent(type: string, content: unknown): unknown {
  if (type === 'L') return (content as AttributeValue[]).map(tagged);
  if (type !== 'M') return content;
  const map: Record<string, object> = {};
  for (const key of Object.keys(content as StoredItem).sort()) {
    setOwn(map, key, tagged((content as StoredItem)[key] as AttributeValue));
  }
  return map;
}

/** @throws TypeError when the text is no such JSON. */
export function fromTaggedJson(text: string): AttributeValue {
  return untagged(JSON.parse(text));
}

function untagged(value: unknown): AttributeValue {
  const { t: type, ...contents } = objectIn(value);
  const content = typeof type === 'string' ? contents[type.toLowerCase()] : undefined;
  switch (type) {
    case 'S':
    case 'N':
    case 'B':
      return { [type]: checked(content, typeof content === 'string') };
    case 'BOOL':
    case 'NULL':
      return { [type]: checked(content, typeof content === 'boolean') };
    case 'SS':
    case 'NS':
    case 'BS':
      return { [type]: checked(content, isTexts(content)) };
    // The Go SDK leaves out what is empty.
    case 'L':
      return { L: arrayIn(content ?? []).map(untagged) };
    case 'M':
      return { M: untaggedMap(objectIn(content ?? {})) };
    default:
      throw malformed();
  }
}

function untaggedMap(tagged: Record<string, unknown>): StoredItem {
  const map: StoredItem = {};
  for (const key of Object.keys(tagged)) setOwn(map, key, untagged(tagged[key]));
  return map;
}

function objectIn(value: unknown): Record<string, unknown> {
  return checked(value, typeof value === 'object' && value !== null && !Array.isArray(value)) as Record<
    string,
    unknown
  >;
}

function arrayIn(value: unknown): readonly unknown[] {
  return checked(value, Array.isArray(value)) as readonly unknown[];
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

function checked(content: unknown, fits: boolean): unknown {
  if (!fits) throw malformed();
  return content;
}

function malformed(): TypeError {
  return new TypeError('is no value in tagged JSON');
}
