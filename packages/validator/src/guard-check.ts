import middyValidator from '@middy/validator';
import type { LambdaContext } from '@tabletheory/invocation';
import type { Check } from './check.ts';
import type { BodyGuard } from './input.ts';
import { problemsOf } from './input-error.ts';
import type { SharedOptions } from './options.ts';

/** The check of one compiled validator, with Middy's validator to localize its messages. */
export function guardCheck(
  guard: BodyGuard,
  { languages = {}, defaultLanguage = 'en' }: Pick<SharedOptions, 'languages' | 'defaultLanguage'>,
): Check {
  const eventSchema = ((value: unknown): boolean => {
    // Only `true` is a verdict: a promise, which an asynchronous validator returns, would let everything pass.
    const valid = (guard(value) as unknown) === true;
    eventSchema.errors = guard.errors ?? [];
    return valid;
  }) as BodyGuard;
  // Middy types `eventSchema` as an ajv instance; it takes a compiled validator.
  const options = { eventSchema: eventSchema as never, languages, defaultLanguage };
  const validate = middyValidator(options).before as (request: { event: unknown; context: LambdaContext }) => void;
  return (value, context) => {
    try {
      validate({ event: value, context });
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 400) throw error;
      return { problems: problemsOf(eventSchema.errors ?? []) };
    }
    return { value };
  };
}
