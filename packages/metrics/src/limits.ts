// The limits of a document, from the specification of the embedded metric format:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
/** Metrics in one document. */
export const MAX_METRICS = 100;
/** Values of one metric in one document. */
export const MAX_VALUES = 100;
/** Dimensions of one metric. */
export const MAX_DIMENSIONS = 30;
/** Characters of the name of a namespace, a metric or a dimension. */
export const MAX_NAME = 255;
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
/** Characters of the value of a dimension. */
export const MAX_DIMENSION_VALUE = 1024;
// Ours: with the two below, and 30 dimensions of the greatest length, a document stays under the 256 KB that a log
// event of the specification, and a line of a Lambda function, may have.
/** Pieces of metadata. */
export const MAX_METADATA = 30;
/** Bytes of JSON of a piece of metadata. */
export const MAX_METADATA_BYTES = 1024;
/** Bytes of the metrics of a document. */
export const MAX_METRIC_BYTES = 150_000;

// CloudWatch takes values from -2^360 to 2^360:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
const MAX_VALUE = 2 ** 360;

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** What is wrong with the name of a metric, a dimension or a piece of metadata; `undefined` when nothing is. */
export function nameProblem(name: unknown): string | undefined {
  return (
    textProblem(name, MAX_NAME) ??
    ((name as string).startsWith(':') ? 'must not begin with a colon' : undefined) ??
    (name === '_aws' ? 'must not be _aws, which the format keeps for itself' : undefined)
  );
}

/** What is wrong with the value of a dimension; `undefined` when nothing is. */
export function dimensionValueProblem(value: unknown): string | undefined {
  return textProblem(value, MAX_DIMENSION_VALUE);
}

/** What is wrong with a namespace; `undefined` when nothing is. */
export function namespaceProblem(namespace: unknown): string | undefined {
  return (
    textProblem(namespace, MAX_NAME) ??
    ((namespace as string).startsWith('AWS/') ? 'must not begin with AWS/, which AWS keeps for itself' : undefined)
  );
}

/** What is wrong with the value of a metric; `undefined` when nothing is. */
export function valueProblem(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a finite number';
  return Math.abs(value) > MAX_VALUE ? 'must lie between -2^360 and 2^360' : undefined;
}

function textProblem(text: unknown, longest: number): string | undefined {
  if (typeof text !== 'string') return 'must be a string';
  if (text.length > longest) return `must have at most ${longest} characters`;
  if (text.trim() === '') return 'must not be blank';
  return PRINTABLE_ASCII.test(text) ? undefined : 'must consist of printable ASCII characters';
}
