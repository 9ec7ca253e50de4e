/**
 * What Lambda takes for an answer to a batch of stream records, where the event source mapping has
 * `ReportBatchItemFailures`. It goes on with the record of the lowest sequence number that is named, and passes all
 * records from there on to the function again; without a name the batch is done.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export interface BatchResponse {
  readonly batchItemFailures: readonly BatchItemFailure[];
}

/** A record that is not done. */
export interface BatchItemFailure {
  /** Its sequence number. An empty one stands for the whole batch. */
  readonly itemIdentifier: string;
}

/** Adds failures to the response of a handler, which may name some of its own. */
export function withFailures(response: unknown, failures: readonly BatchItemFailure[]): unknown {
  if (failures.length === 0) return response;
  const members = typeof response === 'object' && response !== null ? response : {};
  const own: unknown = 'batchItemFailures' in members ? members.batchItemFailures : undefined;
  const batchItemFailures = new Map<unknown, unknown>();
  for (const failure of [...(Array.isArray(own) ? own : []), ...failures]) {
    batchItemFailures.set(failure?.itemIdentifier, failure);
  }
  return { ...members, batchItemFailures: [...batchItemFailures.values()] };
}
