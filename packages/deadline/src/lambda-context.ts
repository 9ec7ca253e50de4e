import type { LambdaContext } from '@tabletheory/invocation';

/** Lambda's own context: in Middy's durable mode it is a property of the durable one. */
export function lambdaContextOf(context: LambdaContext & { lambdaContext?: LambdaContext }): Partial<LambdaContext> {
  return typeof context.getRemainingTimeInMillis === 'function' ? context : (context.lambdaContext ?? context);
}

/** Milliseconds until the Lambda timeout; `Infinity` outside Lambda. */
export function availableTime(context: LambdaContext): number {
  const available = lambdaContextOf(context).getRemainingTimeInMillis?.();
  return typeof available === 'number' && !Number.isNaN(available) ? available : Infinity;
}
