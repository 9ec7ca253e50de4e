import { InputError } from './input-error.ts';
import { messagesOf } from './messages.ts';
import { parseBody, parseJson } from './parse-body.ts';
import { headersOf, pathOf, queryOf } from './text-parts.ts';

/** The parts of an event a schema can be given for. */
export type PartName = 'path' | 'query' | 'headers' | 'body' | 'event' | 'detail' | 'records';

interface Part {
  /** What the part is called in errors. */
  readonly title: string;
  /** The part of an event, as a value that the check may change: the event itself stays as it is. */
  readonly read: (event: unknown, maxBodyBytes?: number) => unknown;
  /** Whether all values are text, which has to become the types a plain schema names. */
  readonly isText?: true;
}

/** The parts, in the order they are read and checked. */
export const parts: Readonly<Record<PartName, Part>> = {
  path: { title: 'path', read: pathOf, isText: true },
  query: { title: 'query string', read: queryOf, isText: true },
  headers: { title: 'header section', read: headersOf, isText: true },
  body: { title: 'request body', read: parseBody },
  event: { title: 'event', read: (event) => structuredClone(event) },
  detail: { title: 'event detail', read: detailOf },
  records: { title: 'message list', read: messagesOf },
};

/** The names of the parts, in their order. */
export const partNames: readonly PartName[] = Object.keys(parts) as PartName[];

/** A copy of an EventBridge event's detail, refused like a body when it holds a key that could change prototypes. */
function detailOf(event: unknown): unknown {
  const { detail } = (event ?? {}) as { detail?: unknown };
  if (detail === undefined) throw new InputError(422, 'The event has no detail');
  return parseJson(JSON.stringify(detail));
}
