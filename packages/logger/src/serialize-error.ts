/** An error as it is written to the log. */
export interface LoggedError {
  readonly name: string;
  readonly message: string;
  /** File and line the error was made at. */
  readonly location?: string;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly [key: string]: unknown;
}

/** What typed errors say about themselves without quoting an item. */
const NAMED = ['code', 'operation', 'model', 'table', 'retryable'] as const;
const MAX_CAUSES = 5;

/**
 * Writes what an error says of itself and nothing it carries. Own properties of errors hold items (`item`,
 * `existing`), SDK responses, and in `cause.data` of Middy's body parser the raw request body, so only names known
 * to be harmless are taken.
 */
export function serializeError(error: Error, depth = 0): LoggedError {
  const serialized: Record<string, unknown> = { name: error.name, message: error.message };
  const { stack } = error;
  if (typeof stack === 'string') {
    const location = locationOf(stack);
    if (location !== undefined) serialized.location = location;
    serialized.stack = stack;
  }
  for (const key of NAMED) {
    const value = (error as unknown as Record<string, unknown>)[key];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') serialized[key] = value;
  }
  const cause = depth < MAX_CAUSES ? serializeCause(error.cause, depth + 1) : undefined;
  if (cause !== undefined) serialized.cause = cause;
  return serialized as unknown as LoggedError;
}

function serializeCause(cause: unknown, depth: number): unknown {
  if (cause instanceof Error) return serializeError(cause, depth);
  if (typeof cause === 'string') return cause;
  if (typeof cause !== 'object' || cause === null) return undefined;
  // Middy's shape, `{ package, data }`: `data` is what was refused.
  const { package: name } = cause as { package?: unknown };
  return typeof name === 'string' ? { package: name } : undefined;
}

/** `file:line` of the first frame of a stack. */
function locationOf(stack: string): string | undefined {
  const frame = /\n\s+at (?:.*\()?(.+?):(\d+):\d+\)?(?:\n|$)/.exec(stack);
  return frame === null ? undefined : `${frame[1]}:${frame[2]}`;
}
