/** A batch request, split into what the engine gets and what comes back unprocessed. */
export interface SplitBatch {
  readonly forwarded: object;
  /** What is added to the engine's answer. */
  readonly unprocessed: Record<string, any>;
}

type Entries = readonly [table: string, entry: unknown][];

/** The entries of a batch, whatever their tables. */
export function batchEntries({ RequestItems = {} }: any): Entries {
  return Object.entries<any>(RequestItems).flatMap(([table, request]) =>
    ((request.Keys ?? request) as unknown[]).map((entry): [string, unknown] => [table, entry]),
  );
}

/** Leaves the first entries of a batch to the engine. */
export function splitBatch(input: any, processed: number): SplitBatch {
  const entries = batchEntries(input);
  return {
    forwarded: { ...input, RequestItems: perTable(input, entries.slice(0, processed)) },
    unprocessed: perTable(input, entries.slice(processed)),
  };
}

function perTable({ RequestItems }: any, entries: Entries): Record<string, any> {
  const grouped = Map.groupBy(entries, ([table]) => table);
  return Object.fromEntries(
    [...grouped].map(([table, ofTable]) => {
      const list = ofTable.map(([, entry]) => entry);
      const request = RequestItems[table];
      return [table, Array.isArray(request) ? list : { ...request, Keys: list }];
    }),
  );
}

/** The engine's answer to the forwarded part, as an answer to the whole batch. */
export function mergeUnprocessed(operation: string, output: any, unprocessed: Record<string, any>): object {
  const name = operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems';
  const merged = { ...output[name] };
  for (const [table, request] of Object.entries(unprocessed)) {
    const own = merged[table];
    if (own === undefined) merged[table] = request;
    else if (Array.isArray(own)) merged[table] = [...own, ...request];
    else merged[table] = { ...own, Keys: [...own.Keys, ...request.Keys] };
  }
  return { ...output, [name]: merged };
}
