// A record is an item of 400 KB at most, and has other attributes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
export const LARGEST_RESPONSE: number = 380 * 1024;

/** The text a response is stored as; `undefined` when it is a stream, no JSON, or has more than `limit` bytes. */
export function storedResponse(response: unknown, limit: number): string | undefined {
  if (response === undefined) return '';
  if (isStream(response) || isStream((response as { body?: unknown } | null)?.body)) return undefined;
  const text = jsonOf(response);
  return text !== undefined && Buffer.byteLength(text) <= limit ? text : undefined;
}

/** The response that was stored as a text. */
export function readResponse(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('pipe' in value || 'getReader' in value);
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // Lambda will say so itself.
  }
}
