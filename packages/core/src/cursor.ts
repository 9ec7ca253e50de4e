import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { AttributeValue, StoredItem } from './codec/attribute-value.ts';
import { fromBase64, toBase64 } from './codec/base64.ts';
import { isStorableNumber } from './codec/numbers.ts';
import { setOwn } from './codec/plain-object.ts';
import { CursorInvalidError } from './errors.ts';

const VERSION = 1;

/** What a cursor may be used with. */
export interface CursorScope {
  readonly model: string;
  readonly operation: string;
  /** The names of the attributes DynamoDB starts from. */
  readonly keyNames: readonly string[];
  /** The type each of them is stored in. */
  readonly keyTypes: ReadonlyMap<string, 'S' | 'N' | 'B'>;
  /** The partition the query reads, by stored name; empty for a scan. */
  readonly partition: StoredItem;
  /** The query the cursor goes on with: index, direction and key condition, as text. */
  readonly query: string;
  readonly secret: string | undefined;
}

/**
 * Makes a cursor that starts after an item. It is opaque, versioned and bound to its query; with a secret it is
 * signed as well. Without one its reader can see the key it holds, but not use it to read another partition.
 */
export function encodeCursor(scope: CursorScope, row: StoredItem): string {
  const key = scope.keyNames.map((name) => toJson(row[name] as AttributeValue));
  const body = Buffer.from(JSON.stringify([VERSION, digest(scope), key])).toString('base64url');
  return scope.secret === undefined ? body : `${body}.${sign(body, scope.secret)}`;
}

/**
 * Reads a cursor.
 *
 * @throws CursorInvalidError when it is damaged, forged, or of another query.
 */
export function decodeCursor(scope: CursorScope, cursor: string): StoredItem {
  const invalid = (why: string): CursorInvalidError =>
    new CursorInvalidError(`The cursor ${why}`, { model: scope.model, operation: scope.operation });
  if (typeof cursor !== 'string') throw invalid('is no text');
  // Stryker disable next-line StringLiteral: a text split is never empty; the type needs to be told.
  const [body = '', signature] = cursor.split('.');
  if (scope.secret !== undefined && !verify(body, signature, scope.secret))
    throw invalid('is not signed by this service');
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body, 'base64url').toString());
  } catch {
    throw invalid('is damaged');
  }
  if (!Array.isArray(parsed) || parsed[0] !== VERSION) throw invalid('is damaged or of another version');
  if (parsed[1] !== digest(scope)) throw invalid('belongs to another query');
  const key = readKey(scope, parsed[2]);
  if (key === undefined) throw invalid('is damaged');
  for (const [name, value] of Object.entries(scope.partition)) {
    if (JSON.stringify(toJson(value)) !== JSON.stringify(toJson(key[name] as AttributeValue))) {
      throw invalid('belongs to another partition');
    }
  }
  // Lenient base64 and JSON read other texts alike: a cursor is taken only as it was made.
  if (encodeCursor(scope, key) !== cursor) throw invalid('is damaged');
  return key;
}

function readKey(scope: CursorScope, values: unknown): StoredItem | undefined {
  // Stryker disable next-line ConditionalExpression: a longer or other one is not as it was made, for which it is refused.
  if (!Array.isArray(values) || values.length !== scope.keyNames.length) return undefined;
  const key: StoredItem = {};
  for (const [i, name] of scope.keyNames.entries()) {
    const value = fromJson(values[i]);
    if (value === undefined || !canBeKey(value, scope.keyTypes.get(name))) return undefined;
    setOwn(key, name, value);
  }
  return key;
}

/** DynamoDB refuses a start of another type, an empty one, and a number that is none. */
function canBeKey(value: AttributeValue, type: 'S' | 'N' | 'B' | undefined): boolean {
  if (type === 'S') return value.S !== undefined && value.S !== '';
  if (type === 'B') return value.B !== undefined && value.B !== '' && toBase64(fromBase64(value.B)) === value.B;
  // Stryker disable next-line ConditionalExpression: `undefined` is no storable number; the type needs to be told.
  return value.N !== undefined && isStorableNumber(value.N);
}

function digest(scope: CursorScope): string {
  // Stryker disable next-line StringLiteral,MethodExpression: any digest does, as long as it is the same each time.
  return hash('sha256', `${scope.model}\n${scope.query}\n${scope.keyNames.join('\n')}`, 'base64url').slice(0, 16);
}

function sign(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64url');
}

function verify(body: string, signature: string | undefined, secret: string): boolean {
  const expected = Buffer.from(sign(body, secret));
  // Stryker disable next-line StringLiteral: whatever is no signature is of another length.
  const actual = Buffer.from(signature ?? '');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

// Keys are strings, numbers or bytes: a pair of type and text.
function toJson(value: AttributeValue): [type: string, text: string] {
  if (value.S !== undefined) return ['S', value.S];
  if (value.N !== undefined) return ['N', value.N];
  // Stryker disable next-line StringLiteral: of a key, one of the three is there; the type needs to be told.
  return ['B', value.B ?? ''];
}

function fromJson(pair: unknown): AttributeValue | undefined {
  // Stryker disable next-line ConditionalExpression: a longer or other one is not as it was made, for which it is refused.
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[1] !== 'string') return undefined;
  const [type, text] = pair as [unknown, string];
  if (type === 'S') return { S: text };
  if (type === 'N') return { N: text };
  // Stryker disable next-line ConditionalExpression: a longer or other one is not as it was made, for which it is refused.
  return type === 'B' ? { B: text } : undefined;
}
