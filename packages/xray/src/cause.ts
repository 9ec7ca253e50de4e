import { randomId } from './random-id.ts';

// A subsegment must fit a datagram together with everything else it says.
const MAX_MESSAGE = 4_096;
const MAX_FRAMES = 50;

interface StackFrame {
  readonly path: string;
  readonly line?: number;
  readonly label: string;
}

/**
 * What was thrown, in the fields of
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-errors.
 * A thrown value that is no Error is named by its type, as it may be a body or an item.
 */
export function causeOf(thrown: unknown): object {
  const exception =
    thrown instanceof Error
      ? { message: thrown.message.slice(0, MAX_MESSAGE), type: thrown.name, stack: stackOf(thrown) }
      : { message: `A value of type ${typeof thrown} was thrown`, type: typeof thrown, stack: [] };
  return { working_directory: process.cwd(), exceptions: [{ id: randomId(), ...exception, remote: false }] };
}

/** `    at label (path:line:column)`; label or position may be missing. */
const FRAME = /^\s+at (?:(.+) \((.+)\)|(.+))$/;

function stackOf({ stack }: Error): StackFrame[] {
  if (typeof stack !== 'string') return [];
  const frames: StackFrame[] = [];
  for (const text of stack.split('\n')) {
    const [, label = 'anonymous', position, alone = ''] = FRAME.exec(text) ?? [];
    if (position === undefined && alone === '') continue;
    const [, path = position ?? alone, line] = /^(.+):(\d+):\d+$/.exec(position ?? alone) ?? [];
    const file = path.replace(/^file:\/\//, '');
    frames.push(line === undefined ? { path: file, label } : { path: file, line: Number(line), label });
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}
