/**
 * An X-Ray segment or subsegment document.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export interface Segment {
  readonly name: string;
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly trace_id?: string;
  readonly parent_id?: string;
  /** Seconds since 1970, with fractions. */
  readonly start_time: number;
  /** Seconds since 1970, with fractions; absent while in progress. */
  readonly end_time?: number;
  readonly in_progress?: boolean;
  /** `subsegment` for a subsegment that is sent on its own. */
  readonly type?: string;
  /** `aws` or `remote`. */
  readonly namespace?: string;
  readonly error?: boolean;
  readonly fault?: boolean;
  readonly throttle?: boolean;
  readonly cause?: unknown;
  readonly aws?: Readonly<Record<string, unknown>>;
  readonly http?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string | number | boolean>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly subsegments?: readonly Segment[];
}

/** The segment in a datagram to the X-Ray daemon; `undefined` when it is malformed. */
export function parseSegment(datagram: string): Segment | undefined {
  const end = datagram.indexOf('\n');
  if (end === -1) return undefined;
  try {
    const header = JSON.parse(datagram.slice(0, end));
    const segment = JSON.parse(datagram.slice(end + 1));
    return header?.format === 'json' && header.version === 1 && isSegment(segment) ? segment : undefined;
  } catch {
    return undefined;
  }
}

function isSegment(value: unknown): value is Segment {
  const { name, id, start_time } = (value ?? {}) as Partial<Record<keyof Segment, unknown>>;
  return typeof name === 'string' && typeof id === 'string' && typeof start_time === 'number';
}
