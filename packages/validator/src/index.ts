export type { FromSchema } from './from-schema.ts';
export type { BodyGuard, InputOf, Schema } from './input.ts';
export { InputError, type InputProblem } from './input-error.ts';
export {
  type BodyOptions,
  type Localize,
  type RoutesOptions,
  type SchemaOptions,
  type SharedOptions,
  validatorValidateOptions,
} from './options.ts';
export { type ValidatorMiddleware, validator } from './validator.ts';
