import type { Problem } from '../codec/problem.ts';
import type { CompiledModel } from '../compiled-model.ts';
import { ValidationFailedError } from '../errors.ts';
import { batchOperation } from './batch-chunks.ts';

/** Where an entry stands in what the caller gave, for example `put[3]`. */
export type PlaceOf = (index: number) => string;

// Each problem is a line of the error's message.
const MOST_PROBLEMS = 20;

/**
 * Encodes every entry of a batch, before any of it is sent.
 *
 * @throws ValidationFailedError with the first problems, each with the place of its entry.
 */
export function encodeEach<Entry extends { readonly model: CompiledModel }, Encoded>(
  operation: string,
  entries: readonly Entry[],
  placeOf: PlaceOf,
  encode: (entry: Entry, index: number) => Encoded,
): Encoded[] {
  const encoded: Encoded[] = [];
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      encoded.push(encode(entry, index));
    } catch (error) {
      if (!(error instanceof ValidationFailedError)) throw error;
      for (const problem of error.problems) problems.push({ ...problem, path: within(placeOf(index), problem.path) });
    }
    if (problems.length >= MOST_PROBLEMS) break;
  }
  if (problems.length === 0) return encoded;
  const models = batchOperation(operation, entries).models.join(', ');
  throw new ValidationFailedError(problems, { operation, model: models });
}

function within(place: string, path: string): string {
  return path === '' || path.startsWith('[') ? place + path : `${place}.${path}`;
}
