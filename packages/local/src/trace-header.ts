import { randomBytes } from 'node:crypto';

const ROOT = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})\s*(?:;|$)/i;
const PARENT = /(?:^|;)\s*Parent=([0-9a-f]{16})\s*(?:;|$)/i;
const SAMPLED = /(?:^|;)\s*Sampled=([01])\s*(?:;|$)/i;

/**
 * A new X-Ray trace id: version, time in seconds and 96 random bits.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids
 */
export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000);
  return `1-${seconds.toString(16).padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}

/** The trace id in a trace header or a bare trace id; `undefined` where there is none. */
export function traceIdOf(header: string): string | undefined {
  return ROOT.exec(header.startsWith('1-') ? `Root=${header}` : header)?.[1];
}

/**
 * The complete trace header Lambda hands to a function: what `given` lacks is filled in.
 *
 * @param given a trace header, or a bare trace id.
 * @param sampled whether the invocation is recorded; without it `given` decides, and else it is recorded.
 */
export function traceHeader(given: string | undefined, sampled?: boolean): string {
  const root = traceIdOf(given ?? '') ?? newTraceId();
  const parent = PARENT.exec(given ?? '')?.[1] ?? randomBytes(8).toString('hex');
  const decision = sampled === undefined ? (SAMPLED.exec(given ?? '')?.[1] ?? '1') : sampled ? '1' : '0';
  return `Root=${root};Parent=${parent};Sampled=${decision}`;
}
