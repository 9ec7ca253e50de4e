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
