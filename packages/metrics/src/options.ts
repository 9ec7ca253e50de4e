import { type OptionSchema, validateOptions } from '@tabletheory/invocation';
import { dimensionValueProblem, MAX_DIMENSIONS, nameProblem, namespaceProblem } from './limits.ts';
import { OPERATION_METRICS } from './operation-metrics.ts';
import { MEMORY_METRICS, REQUEST_METRICS } from './request-end.ts';

/** Options of `metrics`. */
export interface MetricsOptions<Key extends string = 'metrics'> {
  /**
   * The CloudWatch namespace, 1 to 255 printable ASCII characters. Default: the environment variable
   * `POWERTOOLS_METRICS_NAMESPACE`; one of the two is needed.
   */
  readonly namespace?: string | undefined;
  /**
   * The value of the dimension `service` of every metric. Default: the environment variables
   * `POWERTOOLS_SERVICE_NAME`, then `AWS_LAMBDA_FUNCTION_NAME`, then `service_undefined`.
   */
  readonly service?: string | undefined;
  /** Further dimensions of every metric, for example the stage: 26 at most. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  /**
   * Warns of a request that reads many items of one table one by one, and counts it: from `threshold` reads on, 10 by
   * default. Off when not given.
   */
  readonly nPlusOne?: { readonly threshold?: number | undefined } | undefined;
  /** Where documents go, one a line, if not to standard output: anything with `write(line)`. */
  readonly destination?: { write(line: string): unknown } | undefined;
  /** The key of the context the metrics are found under. Default `metrics`. */
  readonly contextKey?: Key | undefined;
}

const PACKAGE = '@tabletheory/metrics';

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    namespace: { type: 'string', minLength: 1 },
    service: { type: 'string', minLength: 1 },
    dimensions: { type: 'object', additionalProperties: { type: 'string' } },
    nPlusOne: {
      type: 'object',
      properties: { threshold: { type: 'integer', minimum: 2 } },
      additionalProperties: false,
    },
    destination: {
      type: 'object',
      properties: { write: { instanceof: 'Function' } },
      required: ['write'],
      additionalProperties: true,
    },
    contextKey: { type: 'string', minLength: 1 },
  },
  additionalProperties: false,
};

// The dimensions and metrics of our own: a dimension of one of these names would take its place in a document.
const TAKEN = new Set<string>([
  'service',
  'function_name',
  'table',
  'operation',
  'index',
  ...REQUEST_METRICS,
  ...OPERATION_METRICS,
  ...MEMORY_METRICS.map(([, name]) => name),
]);

/** `service`, `table`, `operation` and `index` are ours. */
const MOST_DIMENSIONS = MAX_DIMENSIONS - 4;

/**
 * Checks options of `metrics` without making one. The namespace and the service may also come from the environment.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing.
 */
export function metricsValidateOptions(options: unknown): void {
  validateOptions(PACKAGE, optionSchema, options);
  const { dimensions = {} } = options as MetricsOptions<string>;
  refuse('namespace', namespaceProblem(namespaceOf(options as MetricsOptions<string>)));
  refuse('service', dimensionValueProblem(serviceOf(options as MetricsOptions<string>)));
  const entries = Object.entries(dimensions);
  if (entries.length > MOST_DIMENSIONS) refuse('dimensions', `must have at most ${MOST_DIMENSIONS} members`);
  for (const [name, value] of entries) {
    refuse(`dimensions: a name of a dimension`, nameProblem(name));
    refuse(`dimensions.${name}`, TAKEN.has(name) ? 'must have another name: this one is taken' : undefined);
    refuse(`dimensions.${name}`, dimensionValueProblem(value));
  }
}

/** The namespace that applies. */
export function namespaceOf({ namespace }: MetricsOptions<string>): string {
  const found = namespace ?? process.env.POWERTOOLS_METRICS_NAMESPACE;
  if (found) return found;
  throw new TypeError(`${PACKAGE}: option namespace is missing, and POWERTOOLS_METRICS_NAMESPACE is not set`, {
    cause: { package: PACKAGE },
  });
}

/** The service that applies. */
export function serviceOf({ service }: MetricsOptions<string>): string {
  return service || process.env.POWERTOOLS_SERVICE_NAME || process.env.AWS_LAMBDA_FUNCTION_NAME || 'service_undefined';
}

/** Whether the environment switches metrics off. */
export function isDisabled(): boolean {
  return /^(1|y|yes|t|true|on)$/i.test(process.env.POWERTOOLS_METRICS_DISABLED ?? '');
}

function refuse(option: string, problem: string | undefined): void {
  if (problem !== undefined) {
    throw new TypeError(`${PACKAGE}: option ${option} ${problem}`, { cause: { package: PACKAGE } });
  }
}
