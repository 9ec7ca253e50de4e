import type { MatcherState, SyncMatcherResult } from 'vitest';
import type { CapturedLines } from '../capture-lines.ts';
import type { EmittedMetric } from '../emitted-metric.ts';
import { listed, shown, wrongReceived } from './matcher-text.ts';

/** What `toHaveEmittedMetric` looks for. Each may also be an asymmetric matcher, as `expect.closeTo(20)`. */
export interface ExpectedMetric {
  /** One of its values. */
  readonly value?: number | undefined;
  readonly unit?: string | undefined;
  /** Dimensions it has, among others. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
}

/** Passes when a metric of this name was emitted with all that is expected of it. */
export function toHaveEmittedMetric(
  this: MatcherState,
  received: unknown,
  name: string,
  expected: ExpectedMetric = {},
): SyncMatcherResult {
  if (typeof (received as Partial<CapturedLines> | undefined)?.metrics !== 'function') {
    throw wrongReceived('toHaveEmittedMetric', 'what captureLines() returned');
  }
  const { equals, customTesters, utils } = this;
  const { value, unit, dimensions = {} } = expected;
  const metrics = (received as CapturedLines).metrics();
  const named = metrics.filter((metric) => metric.name === name);
  const matches = (metric: EmittedMetric): boolean =>
    (value === undefined || metric.values.some((one) => equals(one, value, customTesters))) &&
    (unit === undefined || equals(metric.unit, unit, customTesters)) &&
    equals(metric.dimensions, dimensions, [...customTesters, utils.subsetEquality]);
  return {
    pass: named.some(matches),
    message: () => {
      const wanted = `metric ${name} with ${shown(this, expected)}`;
      if (this.isNot) return `expected no ${wanted}, but it was emitted`;
      if (named.length > 0) return `expected ${wanted}, but emitted was only:${listed(named.map(describe))}`;
      const others = [...new Set(metrics.map((metric) => metric.name))];
      return `expected ${wanted}, but emitted were only: ${others.join(', ') || 'none'}`;
    },
  };
}

function describe({ name, values, unit, dimensions }: EmittedMetric): string {
  const by = Object.entries(dimensions).map(([dimension, value]) => `${dimension}=${value}`);
  return `${name} ${values.join(', ')} ${unit} (${by.join(', ')})`;
}
