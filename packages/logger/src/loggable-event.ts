import { loggable } from './loggable.ts';

/** Names, of headers and of anything else in an event, whose values let their reader act for the caller. */
const SECRET =
  /authori[sz]|cookie|token|secret|passw|passphrase|credential|signature|session|jwt|bearer|api-?_?key|access-?_?key|private-?_?key/i;

/** A body, an item of a DynamoDB stream, and configuration under names of its own. */
const OMITTED = new Set(['body', 'Keys', 'NewImage', 'OldImage', 'stageVariables']);

/**
 * Where services put a document as text, in which no attribute can be found by its name: messages (SNS), data (Kinesis,
 * CloudWatch Logs), values (Kafka), query strings.
 */
const OMITTED_TEXT = new Set(['Message', 'data', 'value', 'rawQueryString']);

/**
 * A copy of an event that can be written to a log: what sensitive attributes and secrets hold is redacted, at any depth,
 * and text that may hold a document is left out.
 */
export function loggableEvent(event: unknown): unknown {
  return loggable({ event }, hidden).event;
}

function hidden(key: string, value: unknown): string | undefined {
  if (SECRET.test(key)) return '[redacted]';
  if (value === null || value === undefined || value === '') return undefined;
  return OMITTED.has(key) || (typeof value === 'string' && OMITTED_TEXT.has(key)) ? '[omitted]' : undefined;
}
