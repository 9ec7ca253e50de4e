import type { RecordedSubsegment, Recorder } from './recorder.ts';

/** The daemon takes one document a datagram; an IPv4 datagram holds this many bytes, a header among them. */
const MAX_DOCUMENT = 65_507 - Buffer.byteLength('{"format":"json","version":1}\n');

/** What may be large and is not needed to place a subsegment in its trace; the first is the first to go. */
const OPTIONAL = ['metadata', 'annotations', 'cause'] as const;

/**
 * Sends a subsegment with those inside it as one document, or, where that is too large, each as its own: X-Ray
 * joins them by their ids. What alone is too large is left out, metadata first.
 */
export function sendSubsegment(recorder: Recorder, subsegment: RecordedSubsegment): void {
  let document = subsegment.format();
  if (isTooLarge(document)) {
    for (const child of subsegment.subsegments ?? []) sendSubsegment(recorder, child);
    subsegment.subsegments = [];
    document = subsegment.format();
  }
  for (const field of OPTIONAL) {
    if (!isTooLarge(document)) break;
    delete subsegment[field];
    subsegment.metadata = { tabletheory: { omitted: 'larger than 64 KB' } };
    document = subsegment.format();
  }
  recorder.send(subsegment, document);
}

function isTooLarge(document: string): boolean {
  return Buffer.byteLength(document) > MAX_DOCUMENT;
}
