import type { RecordedSubsegment } from './recording.ts';
import type { Sdk } from './sdk.ts';

/** The daemon takes one document a datagram; an IPv4 datagram holds this many bytes, the SDK's header among them. */
const MAX_DOCUMENT = 65_507 - Buffer.byteLength('{"format":"json","version":1}\n');

/**
 * Sends a subsegment with those inside it as one document, or, where that is too large, each as its own: X-Ray
 * joins them by their ids. Metadata that alone is too large is left out.
 */
export function sendSubsegment(emitter: Sdk['emitter'], subsegment: RecordedSubsegment): void {
  if (!fits(subsegment)) {
    for (const child of subsegment.subsegments ?? []) sendSubsegment(emitter, child);
    subsegment.subsegments = [];
    if (!fits(subsegment)) subsegment.addAttribute('metadata', { tabletheory: { omitted: 'larger than 64 KB' } });
  }
  emitter.send(subsegment);
}

function fits(subsegment: RecordedSubsegment): boolean {
  return Buffer.byteLength(subsegment.format()) <= MAX_DOCUMENT;
}
