import type { Reader } from './reader.ts';
import { type ClassValue, type Value, Values } from './value.ts';

/**
 * What a property of values may be.
 *
 * @param names the names it may have; `undefined` when they are not known.
 */
export function propertyOf(
  reader: Reader,
  values: Values,
  names: readonly string[] | undefined,
  place: string,
): Values {
  const found = new Values();
  for (const value of values) {
    if (names === undefined) found.addAll(anyProperty(reader, value, place));
    else for (const name of names) found.addAll(property(reader, value, name, place));
  }
  const known = [...values].some(({ kind }) => kind !== 'text' && kind !== 'function');
  // Of an object that is not known, or has been given properties elsewhere.
  if (found.size === 0 && names !== undefined && !values.ofKind('tables').length) {
    for (const name of names) {
      if (reader.contextKeys.has(name)) found.add({ kind: 'tables', mode: 'direct' });
      if (!known) found.addAll(reader.named(name));
    }
  }
  reader.visitAll(found);
  return found;
}

/** What any property of values may be. */
export function anyProperties(reader: Reader, values: Values, place: string): Values {
  return Values.of(...[...values].flatMap((value) => [...anyProperty(reader, value, place)]));
}

/** What the elements of values may be. */
export function elementsOf(reader: Reader, values: Values): Values {
  const found = new Values();
  for (const value of values) if (value.kind === 'array') found.addAll(reader.elementsOf(value.node));
  return found;
}

function property(reader: Reader, value: Value, name: string, place: string): Iterable<Value> {
  switch (value.kind) {
    case 'tables':
      return tableNamed(reader, value.mode, name, place);
    case 'object':
      return [
        ...(reader.propertiesOf(value.node).get(name) ?? []),
        ...spreadProperty(reader, reader.propertiesOf(value.node).get('...'), name, place),
      ];
    case 'array':
      return reader.elementsOf(value.node);
    case 'class':
      return reader.propertiesOf(value.node).get(name) ?? [];
    case 'instance':
      return memberOf(reader, value.of, name);
    case 'module':
      return reader.exportOf(value.module, name) ?? [];
    default:
      return [];
  }
}

function spreadProperty(reader: Reader, spread: Values | undefined, name: string, place: string): Iterable<Value> {
  return spread === undefined ? [] : [...spread].flatMap((value) => [...property(reader, value, name, place)]);
}

/** A field or method of an instance, its own or inherited. */
export function memberOf(reader: Reader, { node }: ClassValue, name: string, depth = 0): Values {
  const own = reader.propertiesOf(node).get(name);
  if (own !== undefined || depth > 20) return own ?? new Values();
  const inherited = new Values();
  for (const parent of reader.propertiesOf(node).get('super')?.ofKind('class') ?? []) {
    inherited.addAll(memberOf(reader, parent, name, depth + 1));
  }
  return inherited;
}

function tableNamed(
  reader: Reader,
  mode: Extract<Value, { kind: 'tables' }>['mode'],
  name: string,
  place: string,
): Iterable<Value> {
  if (reader.calls.modelNames.includes(name)) return [{ kind: 'table', mode, model: name }];
  // Not the tables at all, but an array or text that has their name.
  if (name.startsWith('$') || name === 'size' || name in Array.prototype || name in String.prototype) return [];
  reader.calls.widen(place, `${name} is none of the configured models.`, mode);
  return [];
}

function anyProperty(reader: Reader, value: Value, place: string): Iterable<Value> {
  switch (value.kind) {
    case 'tables': {
      if (!reader.calls.settled) return [];
      const models = reader.calls.modelNames;
      reader.calls.say(place, 'Which table is used is only known at run time: it is taken for every model.', models);
      return models.map((model): Value => ({ kind: 'table', mode: value.mode, model }));
    }
    case 'table':
      reader.calls.widen(place, 'Which method of the table is called is only known at run time.', value.mode, [
        value.model,
      ]);
      return [];
    case 'object':
    case 'class':
      return [...reader.propertiesOf(value.node).values()].flatMap((values) => [...values]);
    case 'instance':
      return [...reader.propertiesOf(value.of.node).values()].flatMap((values) => [...values]);
    case 'array':
      return reader.elementsOf(value.node);
    default:
      return [];
  }
}
