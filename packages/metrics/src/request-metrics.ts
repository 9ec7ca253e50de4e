import type { DocumentRenderer, Metadata } from './document.ts';
import {
  dimensionValueProblem,
  MAX_DIMENSIONS,
  MAX_METADATA,
  MAX_METADATA_BYTES,
  nameProblem,
  valueProblem,
} from './limits.ts';
import { MetricBuffer, type MetricResolution } from './metric-buffer.ts';
import type { MetricDimensions } from './metric-dimensions.ts';
import { MetricError } from './metric-error.ts';
import { METRIC_UNITS, type MetricUnit } from './metric-unit.ts';

/** Options of a single value of a metric. */
export interface MetricOptions {
  /** Seconds to which CloudWatch keeps the metric: 60 by default, or 1, at a higher price. */
  readonly resolution?: MetricResolution | undefined;
  /** Further dimensions of this value. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
}

/** The metrics of one request, on the context. */
export interface Metrics {
  /**
   * Records one value of a metric of your own. It is written when the request ends; at once when it has ended, and in
   * durable mode.
   *
   * @param name 1 to 255 printable ASCII characters.
   * @param value finite, between -2^360 and 2^360.
   * @throws MetricError when CloudWatch would refuse it.
   *
   * @example
   * import middy from '@middy/core';
   * import { metrics } from '@tabletheory/metrics';
   *
   * export const handler = middy<{ total: number }>()
   *   .use(metrics({ namespace: 'Orders' }))
   *   .handler(async (event, context) => {
   *     context.metrics.add('OrderTotal', 'None', event.total, { dimensions: { currency: 'EUR' } });
   *   });
   */
  add(name: string, unit: MetricUnit, value: number, options?: MetricOptions): void;
  /**
   * Adds a dimension to the metrics of your own that this request adds from now on. Every value of a dimension makes a
   * metric of its own, at its own price: not for ids.
   *
   * @throws MetricError when CloudWatch would refuse it, or there would be more than 30 dimensions.
   */
  addDimension(name: string, value: string): void;
  /**
   * Adds a member to the documents of this request that are not yet written, where log queries find it. It is no
   * dimension and costs no metric. A metric or dimension of the same name replaces it.
   *
   * @param value text of at most 1,024 bytes as JSON, a finite number or a boolean.
   * @throws MetricError when the name or the value is wrong, or there would be more than 30.
   */
  addMetadata(name: string, value: string | number | boolean): void;
}

// A request that records more than this at once is written in parts, so that memory stays bounded.
const MAX_BUFFERED = 10_000;

/** Collects the metrics of one request and writes them. */
export class RequestMetrics implements Metrics {
  readonly #renderer: DocumentRenderer;
  readonly #write: ((line: string) => void) | undefined;
  readonly #buffer = new MetricBuffer();
  #own: MetricDimensions;
  #metadata: Metadata;
  #immediate: boolean;

  /**
   * @param write takes a line that ends in a line feed; nothing is kept without one.
   * @param immediate writes everything as soon as it is recorded.
   */
  constructor(
    renderer: DocumentRenderer,
    dimensions: MetricDimensions,
    metadata: Metadata,
    write: ((line: string) => void) | undefined,
    immediate: boolean,
  ) {
    this.#renderer = renderer;
    this.#own = dimensions;
    this.#metadata = metadata;
    this.#write = write;
    this.#immediate = immediate;
  }

  add(name: string, unit: MetricUnit, value: number, options: MetricOptions = {}): void {
    const { resolution = 60, dimensions } = options;
    refuse('the name of a metric', nameProblem(name));
    refuse('the value of metric', valueProblem(value), name);
    if (!METRIC_UNITS.includes(unit)) refuse('the unit of metric', `must be one of ${METRIC_UNITS.join(', ')}`, name);
    if (resolution !== 1 && resolution !== 60) refuse('the resolution of metric', 'must be 1 or 60 seconds', name);
    const merged = dimensions === undefined ? this.#own : withDimensions(this.#own, dimensions);
    if (Object.hasOwn(merged.values, name)) refuse('metric', 'must not have the name of one of its dimensions', name);
    this.record(merged, name, unit, value, resolution);
    this.recorded();
  }

  addDimension(name: string, value: string): void {
    this.#own = withDimensions(this.#own, Object.fromEntries([[name, value]]));
  }

  addMetadata(name: string, value: string | number | boolean): void {
    refuse('the name of metadata', nameProblem(name));
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    if (typeof value !== 'string' && typeof value !== 'boolean' && !isNumber) {
      refuse(`metadata ${name}`, 'must be a string, a finite number or a boolean');
    }
    if (Buffer.byteLength(JSON.stringify(value)) > MAX_METADATA_BYTES) {
      refuse(`metadata ${name}`, `must have at most ${MAX_METADATA_BYTES} bytes as JSON`);
    }
    const metadata = Object.fromEntries([...Object.entries(this.#metadata), [name, value]]);
    if (Object.keys(metadata).length > MAX_METADATA) refuse('metadata', `must have at most ${MAX_METADATA} members`);
    this.#metadata = metadata;
  }

  /** Takes a value that is known to be right. Call `recorded` after the last one of those that belong together. */
  record(
    dimensions: MetricDimensions,
    name: string,
    unit: MetricUnit,
    value: number,
    resolution?: MetricResolution,
  ): void {
    if (this.#write !== undefined) this.#buffer.add(dimensions, name, unit, value, resolution);
  }

  /** Takes a duration in milliseconds, to the microsecond. */
  recordDuration(dimensions: MetricDimensions, name: string, milliseconds: number): void {
    this.record(dimensions, name, 'Milliseconds', Math.round(milliseconds * 1000) / 1000);
  }

  /** Writes what was recorded, if it cannot wait. */
  recorded(): void {
    if (this.#immediate || this.#buffer.size >= MAX_BUFFERED) this.flush();
  }

  /** Writes what was recorded. */
  flush(): void {
    const timestamp = Date.now();
    for (const group of this.#buffer.drain()) {
      try {
        for (const document of this.#renderer.render(group, this.#metadata, timestamp)) {
          this.#write?.(`${document}\n`);
        }
      } catch {
        // There is nowhere to tell it, and a request must not fail for its metrics.
      }
    }
  }

  /** Writes what was recorded, and from now on everything at once. */
  end(): void {
    this.flush();
    this.#immediate = true;
  }
}

function withDimensions(dimensions: MetricDimensions, added: Readonly<Record<string, string>>): MetricDimensions {
  if (typeof added !== 'object' || added === null) refuse('dimensions', 'must be an object');
  for (const [name, value] of Object.entries(added)) {
    refuse('the name of a dimension', nameProblem(name));
    refuse('the value of dimension', dimensionValueProblem(value), name);
  }
  const merged = dimensions.with(added);
  const count = Object.keys(merged.values).length;
  if (count > MAX_DIMENSIONS) refuse('a metric', `must have at most ${MAX_DIMENSIONS} dimensions, not ${count}`);
  return merged;
}

function refuse(what: string, problem: string | undefined, name?: string): void {
  if (problem !== undefined) throw new MetricError(`${name === undefined ? what : `${what} ${name}`} ${problem}`);
}
