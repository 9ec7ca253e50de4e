import type { TraceHeader } from '@tabletheory/invocation';
import type Segment from 'aws-xray-sdk-core/dist/lib/segments/segment.js';
import { DaemonSocket } from './daemon-socket.ts';
import type { RecordedSubsegment, Recorder } from './recorder.ts';

/** The SDK's sender of documents, with the socket it does not declare. */
interface Emitter {
  socket: DaemonSocket;
  send(subsegment: object): void;
}

/** Records with the segments and the emitter of `aws-xray-sdk-core`. */
class SdkRecorder implements Recorder {
  readonly #Segment: typeof Segment;
  readonly #emitter: Emitter;

  constructor(SdkSegment: typeof Segment, emitter: Emitter) {
    this.#Segment = SdkSegment;
    this.#emitter = emitter;
    emitter.socket = new DaemonSocket();
  }

  begin(header: TraceHeader, name: string): RecordedSubsegment {
    const lambda = Object.assign(new this.#Segment('lambda', header.root), {
      id: header.parent,
      // A count of 0 keeps the SDK from sending by itself.
      counter: 0,
      incrementCounter() {},
    });
    return lambda.addNewSubsegment(name) as unknown as RecordedSubsegment;
  }

  send({ id }: RecordedSubsegment, document: string): void {
    const text = () => document;
    this.#emitter.send({ type: 'subsegment', id, format: text, toString: text });
  }

  sent(): Promise<void> {
    return this.#emitter.socket.sent();
  }
}

// Code, the same for every request: it may live here.
let loaded: Recorder | undefined;
let loading: Promise<Recorder | undefined> | undefined;

/**
 * The recorder that uses the SDK, loaded by the first call. Only the SDK's segments and its emitter are: the package's
 * main module creates a `cls-hooked` namespace, which turns on async hooks and makes every `await` of the process many
 * times dearer, for an automatic context this middleware does not use.
 *
 * @returns `undefined` when the SDK cannot be loaded; a process warning has said so.
 */
export function sdkRecorder(): Recorder | Promise<Recorder | undefined> {
  if (loaded !== undefined) return loaded;
  loading ??= load().catch(warn);
  return loading;
}

async function load(): Promise<Recorder> {
  const [segment, emitter] = await Promise.all([
    import('aws-xray-sdk-core/dist/lib/segments/segment.js'),
    import('aws-xray-sdk-core/dist/lib/segment_emitter.js'),
  ]);
  loaded = new SdkRecorder(segment.default, emitter.default as unknown as Emitter);
  return loaded;
}

function warn(error: unknown): undefined {
  process.emitWarning(
    `@tabletheory/xray: nothing is traced, because aws-xray-sdk-core could not be loaded (${error}). Install it with: npm install aws-xray-sdk-core. Or import @tabletheory/xray/lean, which does without it.`,
  );
}
