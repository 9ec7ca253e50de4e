/** Lambda's trace header, taken apart. */
export interface TraceHeader {
  /** The trace id. */
  readonly root: string;
  /** The id of Lambda's own segment of the function, the parent of ours; empty where Lambda records none. */
  readonly parent: string;
  readonly sampled: boolean;
}

interface LambdaGlobal {
  readonly awslambda?: { readonly InvokeStore?: { getXRayTraceId?(): string | undefined } };
}

const ROOT = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;
// Stryker disable next-line Regex: what does not match is read all the same, field by field.
const LAMBDA = /^Root=(1-[0-9a-f]{8}-[0-9a-f]{24});Parent=([0-9a-f]{16});Sampled=([01])(?:;Lineage=[^;=]*)?$/;
const PARENT = /^[0-9a-f]{16}$/i;

/**
 * The trace header of the request that is starting, or `undefined` outside Lambda. Where an environment runs
 * several requests at once, Lambda leaves the variable unset and keeps the header in its invoke store.
 */
export function currentTraceHeader(): TraceHeader | undefined {
  const store = (globalThis as LambdaGlobal).awslambda?.InvokeStore;
  const header = store?.getXRayTraceId?.() ?? process.env._X_AMZN_TRACE_ID;
  return header === undefined ? undefined : parseTraceHeader(header);
}

/**
 * Reads `Root=…;Parent=…;Sampled=…`, the format of
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader.
 *
 * @returns `undefined` without a valid trace id; not sampled when the parent is missing or malformed.
 */
export function parseTraceHeader(header: string): TraceHeader | undefined {
  // As Lambda writes it. Taking any header apart, below, takes 1.5 µs a request more.
  // Stryker disable next-line StringLiteral,ArrayDeclaration: what matches has all three; the type needs to be told.
  const [, asWritten, sender = '', flag] = LAMBDA.exec(header) ?? [];
  // Stryker disable next-line ConditionalExpression: what is below reads it as well.
  if (asWritten !== undefined) return { root: asWritten, parent: sender, sampled: flag === '1' };
  const fields = new Map(header.split(';').map((field) => splitField(field)));
  // Stryker disable next-line StringLiteral: whatever is no trace id is refused.
  const root = fields.get('root') ?? '';
  if (!ROOT.test(root)) return undefined;
  const parent = fields.get('parent') ?? '';
  return { root, parent, sampled: fields.get('sampled') === '1' && PARENT.test(parent) };
}

function splitField(field: string): [key: string, value: string] {
  const at = field.indexOf('=');
  return [field.slice(0, Math.max(at, 0)).trim().toLowerCase(), field.slice(at + 1).trim()];
}
