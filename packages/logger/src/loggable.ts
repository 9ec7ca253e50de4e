import { sensitiveAttributes } from '@tabletheory/invocation';
import { serializeError } from './serialize-error.ts';

const MAX_DEPTH = 8;
const MAX_OBJECTS = 10_000;

/** What is written in place of a property's value, or `undefined` to write the value. */
export type Hide = (key: string, value: unknown) => string | undefined;

interface Walk {
  readonly sensitive: ReadonlySet<string>;
  readonly hide: Hide | undefined;
  /** The objects around the current one, to notice a cycle. */
  readonly ancestors: object[];
  objects: number;
}

/**
 * A copy of a record that can be written: sensitive attributes redacted at any depth, errors reduced to what they
 * say, and everything JSON cannot express replaced by a note.
 *
 * @param hide what else is not to be written.
 */
export function loggable(record: object, hide?: Hide): Record<string, unknown> {
  return copyProperties(record, { sensitive: sensitiveAttributes(), hide, ancestors: [record], objects: 0 });
}

/** As `loggable`, for a value of any kind. */
export function loggableValue(value: unknown): unknown {
  return copy(value, { sensitive: sensitiveAttributes(), hide: undefined, ancestors: [], objects: 0 });
}

function copy(value: unknown, walk: Walk): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return serializeError(value);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (walk.ancestors.includes(value)) return '[circular]';
  if (walk.ancestors.length > MAX_DEPTH) return '[too deep]';
  if (++walk.objects > MAX_OBJECTS) return '[too large]';
  walk.ancestors.push(value);
  try {
    return copyObject(value, walk);
  } finally {
    walk.ancestors.pop();
  }
}

function copyObject(value: object, walk: Walk): unknown {
  if (Array.isArray(value)) return value.map((item) => copy(item, walk));
  if (value instanceof Set) return Array.from(value, (item) => copy(item, walk));
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? copy(toJSON.call(value, ''), walk) : copyProperties(value, walk);
}

function copyProperties(source: object, walk: Walk): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  for (const key of Object.keys(source)) {
    const value = walk.sensitive.has(key) ? '[redacted]' : copyProperty(source, key, walk);
    // An own `__proto__` is data; assignment would make it the prototype.
    if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true });
    else target[key] = value;
  }
  return target;
}

function copyProperty(source: object, key: string, walk: Walk): unknown {
  try {
    const value = (source as Record<string, unknown>)[key];
    return walk.hide?.(key, value) ?? copy(value, walk);
  } catch (error) {
    return unreadable(error);
  }
}

/** Stands in for what could not be written. Names the kind of error only: its message may quote the value. */
export function unreadable(error: unknown): string {
  return `[unreadable: ${error instanceof Error ? error.constructor.name : typeof error}]`;
}
