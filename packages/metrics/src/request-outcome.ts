import type { InvocationEnd } from '@tabletheory/invocation';

/** How a request went: `Error` is the caller's fault (status 4xx), `Fault` is ours, as in X-Ray. */
export type RequestOutcome = 'Success' | 'Error' | 'Fault';

/** Judged by the status that was answered; by whether there was an error, where there is no status. */
export function requestOutcome({ outcome, response, error }: InvocationEnd): RequestOutcome {
  const status = statusCodeOf(response) ?? (outcome === 'error' ? statusCodeOf(error) : undefined);
  if (status === undefined) return outcome === 'error' ? 'Fault' : 'Success';
  if (status >= 500) return 'Fault';
  return status >= 400 ? 'Error' : 'Success';
}

/** Whether the request failed because its time was up. */
export function isOutOfTime({ error }: InvocationEnd): boolean {
  const { code, name } = fieldsOf(error);
  // The reason of `@tabletheory/deadline`, the error of `@tabletheory/core`, and Middy's early timeout.
  return (
    code === 'DEADLINE_REACHED' ||
    code === 'DEADLINE_EXCEEDED' ||
    (name === 'TimeoutError' && packageOf(error) === '@middy/core')
  );
}

/** Whether `@tabletheory/validator` refused the request; a refused response is a fault and no such failure. */
export function isInvalidInput({ error }: InvocationEnd): boolean {
  const status = statusCodeOf(error);
  return packageOf(error) === '@tabletheory/validator' && status !== undefined && status >= 400 && status < 500;
}

function statusCodeOf(value: unknown): number | undefined {
  const { statusCode } = fieldsOf(value);
  return typeof statusCode === 'number' ? statusCode : undefined;
}

function packageOf(error: unknown): unknown {
  return fieldsOf(fieldsOf(error).cause).package;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
