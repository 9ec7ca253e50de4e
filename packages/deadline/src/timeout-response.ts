/**
 * Whether an error stands for a request that ran out of time: the reason of the deadline's signal, or an error
 * because of it; or Middy's early timeout. Told by `code`, as two copies of a package may be in one bundle.
 */
export function isTimeout(error: unknown): boolean {
  let each = error;
  // An error of the table layer, or of a function of Node, keeps the reason of the signal as its cause.
  for (let depth = 0; depth < 5 && typeof each === 'object' && each !== null; depth++) {
    const { code, name, cause } = each as { code?: unknown; name?: unknown; cause?: unknown };
    if (code === 'DEADLINE_REACHED') return true;
    if (name === 'TimeoutError' && (cause as { package?: unknown } | undefined)?.package === '@middy/core') return true;
    each = cause;
  }
  return false;
}

/** The answer to a request that ran out of time, as a problem document of RFC 9457. */
export interface TimeoutResponse {
  readonly statusCode: 504;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param instance Lambda's id of the request. */
export function timeoutResponse(instance: string | undefined): TimeoutResponse {
  return {
    statusCode: 504,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({
      type: 'about:blank',
      title: 'Gateway Timeout',
      status: 504,
      detail: 'The request took too long.',
      code: 'DEADLINE_REACHED',
      instance,
    }),
  };
}
