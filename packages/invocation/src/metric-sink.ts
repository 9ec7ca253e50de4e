/** What a metrics middleware offers its siblings. */
export interface MetricSink {
  /**
   * Records one value of a metric of this request. Also takes values after the end of the request.
   *
   * @throws TypeError when CloudWatch would refuse the name or the value.
   */
  add(name: string, unit: 'Count' | 'Milliseconds' | 'Bytes' | 'Percent', value: number): void;
}
