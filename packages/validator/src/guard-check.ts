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
  // Middy's validator is only asked to tell of what has been refused already.
  const eventSchema = (() => false) as unknown as BodyGuard;
  // Middy types `eventSchema` as an ajv instance; it takes a compiled validator.
  const options = { eventSchema: eventSchema as never, languages, defaultLanguage };
  const validate = middyValidator(options).before as (request: { event: unknown; context: LambdaContext }) => void;
  return (value, context) => {
    // Only `true` is a verdict: a promise, which an asynchronous validator returns, would let everything pass.
    if ((guard(value) as unknown) === true) return { value };
    eventSchema.errors = guard.errors ?? [];
    try {
      validate({ event: value, context });
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 400) throw error;
    }
    return { problems: problemsOf(eventSchema.errors) };
  };
}
