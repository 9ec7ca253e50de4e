/** The flags X-Ray knows: `error` for 4xx, `throttle` for 429, `fault` for everything else that fails. */
export interface OutcomeFlags {
  error?: true;
  throttle?: true;
  fault?: true;
}

/** The flags of something that failed. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-errors */
export function outcomeFlags(status: number | undefined): OutcomeFlags {
  if (status === 429) return { error: true, throttle: true };
  if (status !== undefined && status >= 400 && status < 500) return { error: true };
  return { fault: true };
}

/** The HTTP status a response or an error carries. */
export function statusCodeOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { statusCode } = value as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}
