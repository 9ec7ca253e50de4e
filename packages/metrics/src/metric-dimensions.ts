/** The dimensions of a group of metrics. */
export class MetricDimensions {
  readonly values: Readonly<Record<string, string>>;
  /** The sets of dimensions CloudWatch keeps a metric under, by name. */
  readonly sets: readonly (readonly string[])[];
  /** Metrics of equal keys belong into one document. */
  readonly key: string;

  /** @param sets one set of all dimensions, when not given. */
  constructor(values: Readonly<Record<string, string>>, sets: readonly (readonly string[])[] = [Object.keys(values)]) {
    this.values = values;
    this.sets = sets;
    this.key = JSON.stringify([values, sets]);
  }

  /** These dimensions and more; of two with one name the added one counts. */
  with(added: Readonly<Record<string, string>>): MetricDimensions {
    return new MetricDimensions({ ...this.values, ...added });
  }
}
