import type { LambdaContext } from '@tabletheory/invocation';
import type { Check, Verdict } from './check.ts';
import { ResponseError } from './input-error.ts';
import { isTooDeep } from './too-deep.ts';

/** The members of an HTTP response, as handlers return it to API Gateway. */
interface HttpResponse {
  readonly statusCode?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

/**
 * Checks the document a handler's response holds. The response itself is left as it is.
 *
 * @throws ResponseError when it does not match.
 */
export function checkResponse(check: Check, response: unknown, context: LambdaContext): void | Promise<void> {
  let verdict: Verdict | Promise<Verdict>;
  try {
    const document = documentOf(response);
    if (document === UNCHECKED) return;
    verdict = check(document, context);
  } catch (error) {
    throw isTooDeep(error) ? new ResponseError('The response is nested too deeply to be checked') : error;
  }
  return verdict instanceof Promise ? verdict.then(refuse) : refuse(verdict);
}

function refuse({ problems }: Verdict): void {
  if (problems !== undefined) throw new ResponseError('The response does not match its schema', problems);
}

const UNCHECKED = Symbol();

/** What the caller receives as JSON. */
function documentOf(response: unknown): unknown {
  if (isStream(response)) return UNCHECKED;
  const { statusCode, body, isBase64Encoded } = (response ?? {}) as HttpResponse;
  if (typeof statusCode !== 'number') return jsonOf(response);
  // Errors have another form, and 204 and 205 have no document: RFC 9110 sections 15.3.5 and 15.3.6.
  if (statusCode < 200 || statusCode > 299 || statusCode === 204 || statusCode === 205) return UNCHECKED;
  if (isStream(body)) return UNCHECKED;
  if (typeof body !== 'string') return jsonOf(body);
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
  } catch {
    // The parser's message quotes the body.
    throw new ResponseError('The response body is not JSON');
  }
}

/** A copy in the form it will be sent in: a `Date` is a string there. */
function jsonOf(value: unknown): unknown {
  const json = JSON.stringify(value);
  return json === undefined ? undefined : JSON.parse(json);
}

function isStream(value: unknown): boolean {
  const { pipe, getReader } = (value ?? {}) as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}
