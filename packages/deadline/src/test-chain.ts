// What the tests of this package call chains with.
import { once } from 'node:events';

/** A context of Lambda's: its own `getRemainingTimeInMillis` counts down by the wall clock, too. */
export function lambdaContext(timeout: number, more: object = {}): object {
  const end = Date.now() + timeout;
  return { awsRequestId: 'r-1', getRemainingTimeInMillis: () => end - Date.now(), ...more };
}

export function call(handler: unknown, context: object, event: unknown = {}): Promise<unknown> {
  return (handler as (event: unknown, context: object) => Promise<unknown>)(event, context);
}

/** The reason of the signal, when it has aborted. */
export async function untilAborted(signal: AbortSignal): Promise<unknown> {
  if (!signal.aborted) await once(signal, 'abort');
  return signal.reason;
}
