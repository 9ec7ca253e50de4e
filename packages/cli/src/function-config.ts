import type { IamConfig } from './iam/iam-config.ts';
import type { FunctionSettings } from './infrastructure/function-settings.ts';

/** A Lambda function, as `tabletheory.config.ts` describes it. */
export interface FunctionConfig extends FunctionSettings {
  /** The source file of its handler, relative to the configuration: `./src/create-order.ts`. */
  readonly handler: string;
  /** The name the file exports the handler under; default `handler`. */
  readonly export?: string;
  /** For its policy; overrides what the configuration says for all. */
  readonly iam?: IamConfig;
}
