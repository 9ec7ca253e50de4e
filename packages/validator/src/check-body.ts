import middyValidator from '@middy/validator';
import type { LambdaContext } from '@tabletheory/invocation';
import type { BodyGuard } from './input.ts';
import { InputError, problemsOf } from './input-error.ts';
import type { SharedOptions } from './options.ts';

/** Throws an InputError when the body does not match. */
export type BodyCheck = (body: unknown, context: LambdaContext) => void;

/** The check of one compiled validator, with Middy's validator to localize its messages. */
export function checkBody(
  guard: BodyGuard,
  { languages = {}, defaultLanguage = 'en' }: SharedOptions<string>,
): BodyCheck {
  const eventSchema = ((body: unknown): boolean => {
    // Only `true` is a verdict: a promise, which an asynchronous validator returns, would let every body pass.
    const valid = (guard(body) as unknown) === true;
    eventSchema.errors = guard.errors ?? [];
    return valid;
  }) as BodyGuard;
  // Middy types `eventSchema` as an ajv instance; it takes a compiled validator.
  const options = { eventSchema: eventSchema as never, languages, defaultLanguage };
  const validate = middyValidator(options).before as (request: { event: unknown; context: LambdaContext }) => void;
  return (event, context) => {
    try {
      validate({ event, context });
    } catch (error) {
      if ((error as Partial<InputError>).statusCode !== 400) throw error;
      throw new InputError(400, 'The request body does not match its schema', problemsOf(eventSchema.errors ?? []));
    }
  };
}
