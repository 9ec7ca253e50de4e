import type { StoredItem } from './codec/attribute-value.ts';
import { readItem } from './codec/item-codec.ts';
import { CodecProblem } from './codec/problem.ts';
import type { CompiledModel } from './compiled-model.ts';
import { StoredItemInvalidError } from './errors.ts';

/**
 * Decodes the item of a single-item answer.
 *
 * @throws StoredItemInvalidError when it does not fit the model.
 */
export function readResult(model: CompiledModel, stored: StoredItem, operation: string): object {
  return fitting(model, operation, () => readItem(model, stored));
}

/** Runs a decoding; its problem becomes the typed error. */
export function fitting<T>(model: CompiledModel, operation: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof CodecProblem)) throw error;
    throw new StoredItemInvalidError([plainProblem(error)], [], { operation, model: model.name });
  }
}

/** A problem as an error carries it. */
export function plainProblem({ path, keyword, message }: CodecProblem): {
  path: string;
  keyword: string;
  message: string;
} {
  return { path, keyword, message };
}

/** Decodes the item a failed condition returned, where it fits the model. */
export function readExisting(model: CompiledModel, stored: StoredItem | undefined): object | undefined {
  if (stored === undefined || Object.keys(stored).length === 0) return undefined;
  try {
    return readItem(model, stored);
  } catch {
    return undefined;
  }
}
