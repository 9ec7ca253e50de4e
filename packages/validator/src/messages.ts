import type { LambdaContext } from '@tabletheory/invocation';
import type { Check, Verdict } from './check.ts';
import { inOrder } from './in-order.ts';
import { InputError } from './input-error.ts';
import { parseJson } from './parse-body.ts';
import { isTooDeep } from './too-deep.ts';

/** One message of an SQS event: its validated body, or why it cannot be used. */
export type MessageResult<T> =
  | { readonly messageId: string; readonly body: T; readonly error?: undefined }
  | { readonly messageId: string; readonly body?: undefined; readonly error: InputError };

interface Message {
  readonly messageId: string;
  readonly body: string;
}

/**
 * The messages of an SQS event.
 *
 * @throws TypeError when the event is another one.
 */
export function messagesOf(event: unknown): readonly Message[] {
  const records = (event as { Records?: readonly Partial<Message>[] } | undefined)?.Records;
  const isMessage = ({ messageId, body }: Partial<Message>) =>
    typeof messageId === 'string' && typeof body === 'string';
  if (Array.isArray(records) && records.every(isMessage)) return records;
  throw new TypeError(
    '@tabletheory/validator: option records is for events of SQS, and this event has other records or none; give option event a schema of the whole event',
    { cause: { package: '@tabletheory/validator' } },
  );
}

/** Checks each message for itself: one that cannot be used is told as such, beside the others and in its place. */
export function messagesCheck(check: Check): Check {
  return (messages, context) => {
    const results = inOrder(messages as readonly Message[], (message) => checkMessage(message, check, context));
    return results instanceof Promise ? results.then((value) => ({ value })) : { value: results };
  };
}

function checkMessage(
  { messageId, body }: Message,
  check: Check,
  context: LambdaContext,
): MessageResult<unknown> | Promise<MessageResult<unknown>> {
  const resultOf = ({ problems, ...accepted }: Verdict & { value?: unknown }): MessageResult<unknown> =>
    problems === undefined
      ? { messageId, body: accepted.value }
      : { messageId, error: new InputError(400, 'The message does not match its schema', problems) };
  let verdict: Verdict | Promise<Verdict>;
  try {
    verdict = check(parseJson(body), context);
  } catch (error) {
    if (isTooDeep(error)) return { messageId, error: new InputError(422, 'The message is nested too deeply') };
    if (error instanceof InputError) return { messageId, error };
    throw error;
  }
  return verdict instanceof Promise ? verdict.then(resultOf) : resultOf(verdict);
}
