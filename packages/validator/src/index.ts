export { formats } from './formats.ts';
export type { FromSchema } from './from-schema.ts';
export type { BodyGuard, InputOf, InputOfParts, InputOfRoute, Schema } from './input.ts';
export { InputError, type InputErrorStatus, type InputProblem, ResponseError } from './input-error.ts';
export { lintPatterns, type SlowPattern } from './lint-patterns.ts';
export type { MessageResult } from './messages.ts';
export {
  type BodyOptions,
  type Localize,
  type PartsOptions,
  type ResponseOptions,
  type RouteSchemas,
  type RoutesOptions,
  type SchemaOptions,
  type SharedOptions,
  validatorValidateOptions,
} from './options.ts';
export type { PartName } from './part.ts';
export type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts';
export { type ValidatorMiddleware, validator } from './validator.ts';
