/**
 * The wait an answer asks for before the next try, in milliseconds: `retry-after` in seconds or as a date, or
 * `x-amz-retry-after` in milliseconds; `undefined` without one that can be read.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfter(headers: Readonly<Record<string, string | undefined>>): number | undefined {
  const given = headers['retry-after'];
  if (given !== undefined)
    return /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1_000 : notNaN(Date.parse(given) - Date.now());
  return notNaN(Number(headers['x-amz-retry-after'] ?? Number.NaN));
}

function notNaN(wait: number): number | undefined {
  return Number.isNaN(wait) ? undefined : wait;
}
