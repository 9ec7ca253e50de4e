import type { Effort } from './measure/paired.ts';
import type { Result } from './result.ts';

/** What the person asked for. */
export interface BenchmarkOptions {
  readonly effort: Effort;
  /** Cold starts under Lambda's own runtime client as well. */
  readonly ric: boolean;
}

/** One benchmark. It says what it measured; when and on what machine is added by the runner. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly method: readonly string[];
  /** The packages whose versions matter. */
  readonly packages: readonly string[];
  readonly run: (options: BenchmarkOptions) => Promise<Pick<Result, 'rows' | 'rounds'>>;
}
