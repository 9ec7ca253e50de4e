import { type ExpectedCapacity, toHaveConsumed } from './to-have-consumed.ts';
import { type ExpectedMetric, toHaveEmittedMetric } from './to-have-emitted-metric.ts';
import { type ExpectedLog, toHaveLogged } from './to-have-logged.ts';
import { type ExpectedSegment, toHaveTraced } from './to-have-traced.ts';

/** The type of {@link matchers}. No interface, as `expect.extend` takes a record. */
export type TableTheoryMatchers = {
  readonly toHaveConsumed: typeof toHaveConsumed;
  readonly toHaveEmittedMetric: typeof toHaveEmittedMetric;
  readonly toHaveLogged: typeof toHaveLogged;
  readonly toHaveTraced: typeof toHaveTraced;
};

/**
 * The matchers of this package, for `expect.extend`.
 *
 * @example
 * import { matchers } from '@tabletheory/testkit';
 * import { expect } from 'vitest';
 *
 * expect.extend(matchers);
 */
export const matchers: TableTheoryMatchers = { toHaveConsumed, toHaveEmittedMetric, toHaveLogged, toHaveTraced };

declare module 'vitest' {
  // The parameters must be those of the interface this adds to.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /**
     * Of {@link captureLines}: that a log line has these members, and of objects in it at least these.
     */
    toHaveLogged(expected: ExpectedLog): R;
    /** Of {@link captureLines}: that a metric of this name was emitted, with this value, unit and these dimensions. */
    toHaveEmittedMetric(name: string, expected?: ExpectedMetric): R;
    /** Of a list of X-Ray segments: that one of them, or one inside them, has this name, operation and table. */
    toHaveTraced(expected: ExpectedSegment): R;
    /** Of the operations of {@link recordOperations}: the capacity units they consumed together. */
    toHaveConsumed(expected: ExpectedCapacity): R;
  }
}
