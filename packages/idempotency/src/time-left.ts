import type { Binding } from '@tabletheory/core';
import type { Invocation, LambdaContext } from '@tabletheory/invocation';

// What Lambda needs to take the response.
const FOR_THE_RESPONSE_MS = 20;

/** Lambda's longest timeout: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const LONGEST_TIMEOUT_MS: number = 900_000;

/** Milliseconds until the Lambda timeout; `undefined` outside Lambda. */
export function timeLeft(context: LambdaContext & { lambdaContext?: LambdaContext }): number | undefined {
  // In Middy's durable mode Lambda's own context is a property of the durable one.
  const own = typeof context.getRemainingTimeInMillis === 'function' ? context : context.lambdaContext;
  return own?.getRemainingTimeInMillis?.();
}

/**
 * Runs what has to be done after the handler, even when the deadline has been reached: it has what the deadline kept
 * back, until the Lambda timeout.
 */
export async function untilTimeout<T>(
  { context, observe }: Invocation,
  run: (binding: Binding) => Promise<T>,
): Promise<T> {
  const left = timeLeft(context);
  if (left === undefined) return run({ observe });
  const end = performance.now() + Math.min(LONGEST_TIMEOUT_MS, left - FOR_THE_RESPONSE_MS);
  const remaining = (): number => Math.max(0, end - performance.now());
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), remaining());
  try {
    return await run({ signal: controller.signal, remaining, observe });
  } finally {
    clearTimeout(timer);
  }
}
