export { type HttpErrorsOptions, httpErrors, httpErrorsValidateOptions } from './middleware.ts';
export type { Problem, ProblemError } from './problem.ts';
