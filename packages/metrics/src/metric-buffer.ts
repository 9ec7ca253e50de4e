import type { MetricDimensions } from './metric-dimensions.ts';
import type { MetricUnit } from './metric-unit.ts';

/** Seconds to which CloudWatch keeps the values of a metric. */
export type MetricResolution = 1 | 60;

/** The values of one metric. */
export interface MetricSeries {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly resolution: MetricResolution;
  readonly values: number[];
}

/** Metrics of the same dimensions. */
export interface MetricGroup {
  readonly dimensions: MetricDimensions;
  readonly series: readonly MetricSeries[];
}

/** Values that wait to be written. */
export class MetricBuffer {
  readonly #groups = new Map<string, { dimensions: MetricDimensions; series: Map<string, MetricSeries> }>();
  #size = 0;

  /** How many values wait. */
  get size(): number {
    return this.#size;
  }

  add(
    dimensions: MetricDimensions,
    name: string,
    unit: MetricUnit,
    value: number,
    resolution: MetricResolution = 60,
  ): void {
    let group = this.#groups.get(dimensions.key);
    if (group === undefined) {
      group = { dimensions, series: new Map() };
      this.#groups.set(dimensions.key, group);
    }
    const key = `${unit} ${resolution} ${name}`;
    const series = group.series.get(key);
    if (series !== undefined) series.values.push(value);
    else group.series.set(key, { name, unit, resolution, values: [value] });
    this.#size++;
  }

  /** Takes everything out. */
  drain(): MetricGroup[] {
    const groups = [...this.#groups.values()].map(({ dimensions, series }) => ({
      dimensions,
      series: [...series.values()],
    }));
    this.#groups.clear();
    this.#size = 0;
    return groups;
  }
}
