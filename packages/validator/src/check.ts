import type { LambdaContext } from '@tabletheory/invocation';
import type { InputProblem } from './input-error.ts';

/** The value as it was accepted, or what is wrong with it. */
export type Verdict =
  | { readonly value: unknown; readonly problems?: undefined }
  | { readonly problems: readonly InputProblem[] };

/** Checks a value against one schema. Only a schema that is itself asynchronous makes it answer with a promise. */
export type Check = (value: unknown, context: LambdaContext) => Verdict | Promise<Verdict>;
