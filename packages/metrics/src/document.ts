import { MAX_METRIC_BYTES, MAX_METRICS, MAX_VALUES } from './limits.ts';
import type { MetricGroup, MetricSeries } from './metric-buffer.ts';

/** What is searchable in the log beside metrics and dimensions. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

interface Document {
  readonly definitions: object[];
  readonly values: Map<string, number | readonly number[]>;
  bytes: number;
}

/**
 * Renders metrics of the same dimensions in the embedded metric format, as few documents as its limits allow. A name
 * can be there once in a document, so a metric with more than 100 values, or with two units, goes on in the next.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param timestamp milliseconds since the epoch.
 */
export function renderDocuments(
  namespace: string,
  { dimensions, series }: MetricGroup,
  metadata: Metadata,
  timestamp: number,
): string[] {
  const documents: Document[] = [];
  for (const one of series) for (const values of chunks(one.values)) place(documents, one, values);
  return documents.map(({ definitions, values }) => {
    const directive = { Namespace: namespace, Dimensions: dimensions.sets, Metrics: definitions };
    // Entries, and not a spread: a name may be `__proto__`. A later one replaces an earlier one of the same name.
    return JSON.stringify(
      Object.fromEntries([
        ...Object.entries(metadata),
        ['_aws', { Timestamp: timestamp, CloudWatchMetrics: [directive] }],
        ...Object.entries(dimensions.values),
        ...values,
      ]),
    );
  });
}

function* chunks(values: readonly number[]): Generator<readonly number[]> {
  for (let i = 0; i < values.length; i += MAX_VALUES) yield values.slice(i, i + MAX_VALUES);
}

/** Puts values into the first document that can take them. */
function place(documents: Document[], { name, unit, resolution }: MetricSeries, values: readonly number[]): void {
  const bytes = JSON.stringify(values).length + 2 * name.length + 60;
  let document = documents.find(
    (candidate) =>
      !candidate.values.has(name) &&
      candidate.definitions.length < MAX_METRICS &&
      candidate.bytes + bytes <= MAX_METRIC_BYTES,
  );
  if (document === undefined) {
    document = { definitions: [], values: new Map(), bytes: 0 };
    documents.push(document);
  }
  // 60 seconds is what CloudWatch assumes.
  document.definitions.push({ Name: name, Unit: unit, ...(resolution === 1 && { StorageResolution: 1 }) });
  document.values.set(name, values.length === 1 ? (values[0] as number) : values);
  document.bytes += bytes;
}
