import { MAX_METRIC_BYTES, MAX_METRICS, MAX_VALUES } from './limits.ts';
import type { MetricDefinition, MetricGroup, MetricSeries } from './metric-buffer.ts';
import type { MetricDimensions } from './metric-dimensions.ts';

/** What is searchable in the log beside metrics and dimensions. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

/** The part of a document that is the same whenever the same metrics are written under the same dimensions, as JSON. */
interface Frame {
  readonly definitions: readonly MetricDefinition[];
  readonly directive: string;
  readonly dimensions: string;
  /** The name of each metric, quoted. */
  readonly names: readonly string[];
}

// Dimensions of requests' own may be many.
const MAX_FRAMES = 100;

/**
 * Renders metrics in the embedded metric format.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class DocumentRenderer {
  readonly #namespace: string;
  // Names and units, nothing of a request. Making a frame anew takes 5 µs, finding it 0.3.
  readonly #frames = new Map<string, Frame>();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /**
   * Renders metrics of the same dimensions, as few documents as the limits of the format allow. A name can be there
   * once in a document, so a metric with more than 100 values, or with two units, goes on in the next.
   *
   * @param timestamp milliseconds since the epoch.
   */
  render(group: MetricGroup, metadata: Metadata, timestamp: number): string[] {
    const { dimensions } = group;
    return documentsOf(group).map((series) => this.#document(dimensions, series, metadata, timestamp));
  }

  #document(
    dimensions: MetricDimensions,
    series: readonly MetricSeries[],
    metadata: Metadata,
    timestamp: number,
  ): string {
    const frame = this.#frame(dimensions, series);
    let text = '{';
    for (const name of Object.keys(metadata)) {
      const isTaken = name === '_aws' || Object.hasOwn(dimensions.values, name);
      if (isTaken || series.some((one) => one.name === name)) continue;
      text += `${JSON.stringify(name)}:${JSON.stringify(metadata[name])},`;
    }
    text += `"_aws":{"Timestamp":${timestamp},"CloudWatchMetrics":[${frame.directive}]}${frame.dimensions}`;
    for (let i = 0; i < series.length; i++) {
      const { values } = series[i] as MetricSeries;
      text += `,${frame.names[i]}:${values.length === 1 ? values[0] : JSON.stringify(values)}`;
    }
    return `${text}}`;
  }

  #frame(dimensions: MetricDimensions, series: readonly MetricSeries[]): Frame {
    const known = this.#frames.get(dimensions.key);
    if (known !== undefined && isDefinedBy(known, series)) return known;
    if (this.#frames.size === MAX_FRAMES) this.#frames.clear();
    const frame = frameOf(this.#namespace, dimensions, series);
    this.#frames.set(dimensions.key, frame);
    return frame;
  }
}

function isDefinedBy({ definitions }: Frame, series: readonly MetricSeries[]): boolean {
  if (definitions.length !== series.length) return false;
  for (let i = 0; i < series.length; i++) {
    const { name, unit, resolution } = series[i] as MetricSeries;
    const known = definitions[i] as MetricDefinition;
    if (known.name !== name || known.unit !== unit || known.resolution !== resolution) return false;
  }
  return true;
}

function frameOf(namespace: string, dimensions: MetricDimensions, series: readonly MetricSeries[]): Frame {
  const definitions = series.map(({ name, unit, resolution }) => ({ name, unit, resolution }));
  return {
    definitions,
    directive: JSON.stringify({
      Namespace: namespace,
      Dimensions: dimensions.sets,
      // 60 seconds is what CloudWatch assumes.
      Metrics: definitions.map(({ name, unit, resolution }) => {
        return { Name: name, Unit: unit, ...(resolution === 1 && { StorageResolution: 1 }) };
      }),
    }),
    dimensions: Object.entries(dimensions.values)
      .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(''),
    names: definitions.map(({ name }) => JSON.stringify(name)),
  };
}

// With 100 metrics these are at most 83,000 bytes, far below the limit.
const FEW_VALUES = 1_000;

/** Spreads metrics over documents. */
function documentsOf({ series, namesDiffer }: MetricGroup): (readonly MetricSeries[])[] {
  // Those of almost every request. Measuring each costs more than all the rest of its document.
  if (namesDiffer && series.length <= MAX_METRICS && haveFewValues(series)) return [series];
  const documents: Document[] = [];
  for (const one of series) for (const values of chunks(one.values)) place(documents, { ...one, values });
  return documents.map((document) => [...document.series.values()]);
}

function haveFewValues(series: readonly MetricSeries[]): boolean {
  let count = 0;
  for (const { values } of series) {
    if (values.length > MAX_VALUES) return false;
    count += values.length;
  }
  return count <= FEW_VALUES;
}

function* chunks(values: readonly number[]): Generator<readonly number[]> {
  for (let i = 0; i < values.length; i += MAX_VALUES) yield values.slice(i, i + MAX_VALUES);
}

interface Document {
  readonly series: Map<string, MetricSeries>;
  bytes: number;
}

/** Puts values into the first document that can take them. */
function place(documents: Document[], part: MetricSeries): void {
  const bytes = JSON.stringify(part.values).length + 2 * part.name.length + 60;
  let document = documents.find(
    (candidate) =>
      !candidate.series.has(part.name) &&
      candidate.series.size < MAX_METRICS &&
      candidate.bytes + bytes <= MAX_METRIC_BYTES,
  );
  if (document === undefined) {
    document = { series: new Map(), bytes: 0 };
    documents.push(document);
  }
  document.series.set(part.name, part);
  document.bytes += bytes;
}
