/** A metric as CloudWatch makes it of a document in the embedded metric format. */
export interface EmittedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** The dimensions by name. A document with several sets of dimensions makes one metric of each. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Seconds: 1 or 60. */
  readonly resolution: 1 | 60;
}

/** The part of a document that says what of it is metrics. */
interface MetricDirective {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string; readonly StorageResolution?: 1 | 60 }[];
}

/** Whether a record is a document in the embedded metric format. */
export function isMetricDocument(record: Readonly<Record<string, any>>): boolean {
  return Array.isArray(record._aws?.CloudWatchMetrics);
}

/**
 * The metrics in a document.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsOf(document: Readonly<Record<string, any>>): EmittedMetric[] {
  return (document._aws.CloudWatchMetrics as MetricDirective[]).flatMap((directive) =>
    directive.Metrics.flatMap(({ Name, Unit, StorageResolution }) =>
      directive.Dimensions.map((names) => ({
        namespace: directive.Namespace,
        name: Name,
        // What CloudWatch assumes.
        unit: Unit ?? 'None',
        resolution: StorageResolution ?? 60,
        values: [document[Name]].flat(),
        dimensions: Object.fromEntries(names.map((name) => [name, document[name]])),
      })),
    ),
  );
}
