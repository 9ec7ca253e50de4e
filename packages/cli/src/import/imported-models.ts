import type { AnyModel } from '@tabletheory/core';

/** A model that was made from something else. */
export interface ImportedModel {
  readonly model: AnyModel;
  /** What the reader should know of this model. */
  readonly notes: readonly string[];
}

/** The models of one source. */
export interface ImportedModels {
  readonly models: readonly ImportedModel[];
  /** What is of no model in particular. */
  readonly notes: readonly string[];
}
