import type { MetricDimensions } from './metric-dimensions.ts';
import type { MetricUnit } from './metric-unit.ts';

/** Seconds to which CloudWatch keeps the values of a metric. */
export type MetricResolution = 1 | 60;

/** A metric, as a document has to declare it. */
export interface MetricDefinition {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly resolution: MetricResolution;
}

/** The values of one metric. */
export interface MetricSeries extends MetricDefinition {
  readonly values: readonly number[];
}

/** Metrics of the same dimensions. */
export interface MetricGroup {
  readonly dimensions: MetricDimensions;
  readonly series: readonly MetricSeries[];
  /** Whether no name is there twice, in two units or resolutions. */
  readonly namesDiffer: boolean;
}

interface GrowingSeries extends MetricDefinition {
  readonly values: number[];
  /** Of the same name, in another unit or resolution. */
  next: GrowingSeries | undefined;
}

class GrowingGroup implements MetricGroup {
  readonly dimensions: MetricDimensions;
  readonly series: GrowingSeries[] = [];
  namesDiffer = true;
  readonly #byName = new Map<string, GrowingSeries>();

  constructor(dimensions: MetricDimensions) {
    this.dimensions = dimensions;
  }

  add(name: string, unit: MetricUnit, value: number, resolution: MetricResolution): void {
    const first = this.#byName.get(name);
    let found = first;
    while (found !== undefined && (found.unit !== unit || found.resolution !== resolution)) found = found.next;
    if (found !== undefined) {
      found.values.push(value);
      return;
    }
    const added: GrowingSeries = { name, unit, resolution, values: [value], next: undefined };
    this.series.push(added);
    if (first === undefined) {
      this.#byName.set(name, added);
    } else {
      added.next = first.next;
      first.next = added;
      this.namesDiffer = false;
    }
  }
}

/** Values that wait to be written. */
export class MetricBuffer {
  readonly #groups = new Map<string, GrowingGroup>();
  #size = 0;
  #last: GrowingGroup | undefined;

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
    let group = this.#last;
    if (group?.dimensions !== dimensions) {
      group = this.#groups.get(dimensions.key);
      if (group === undefined) {
        group = new GrowingGroup(dimensions);
        this.#groups.set(dimensions.key, group);
      }
      this.#last = group;
    }
    group.add(name, unit, value, resolution);
    this.#size++;
  }

  /** Takes everything out. */
  drain(): MetricGroup[] {
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    this.#last = undefined;
    this.#size = 0;
    return groups;
  }
}
