/** What the demo reads from the line the function logs at the end of a request. */
export interface RequestLine {
  readonly requestId: string;
  /** Read and write capacity units consumed. */
  readonly capacity: number;
  /** The most memory the process has had so far, in bytes. */
  readonly peakMemory: number;
}

/** The request lines among the lines of a function's log. */
export function requestLines(lines: readonly string[]): RequestLine[] {
  return lines.flatMap((line) => {
    const record = parsed(line);
    if (record?.message !== 'request') return [];
    const { table, memory, function_request_id: requestId } = record;
    const capacity = (table?.read_capacity ?? 0) + (table?.write_capacity ?? 0);
    return [{ requestId, capacity, peakMemory: memory?.peak ?? 0 }];
  });
}

function parsed(line: string): Record<string, any> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
