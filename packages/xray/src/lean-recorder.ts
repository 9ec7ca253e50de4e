import type { TraceHeader } from '@tabletheory/invocation';
import { type DaemonAddress, daemonAddress } from './daemon-address.ts';
import { DaemonSocket } from './daemon-socket.ts';
import { randomId } from './random-id.ts';
import type { RecordedSubsegment, Recorder } from './recorder.ts';

/** What the daemon expects before a document. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon */
const HEADER = '{"format":"json","version":1}\n';

/** A subsegment whose own fields are those of its document. */
class LeanSubsegment implements RecordedSubsegment {
  readonly id: string = randomId();
  readonly name: string;
  start_time: number = Date.now() / 1000;
  in_progress?: boolean = true;
  subsegments?: RecordedSubsegment[];
  readonly #parent: RecordedSubsegment['parent'];
  readonly #traceId: string;

  constructor(name: string, parent: RecordedSubsegment['parent'], traceId: string) {
    this.name = name;
    this.#parent = parent;
    this.#traceId = traceId;
  }

  get parent(): RecordedSubsegment['parent'] {
    return this.#parent;
  }

  addNewSubsegment(name: string): RecordedSubsegment {
    const child = new LeanSubsegment(name, this, this.#traceId);
    this.subsegments ??= [];
    this.subsegments.push(child);
    return child;
  }

  format(): string {
    const ids = { type: 'subsegment', parent_id: this.#parent.id, trace_id: this.#traceId };
    return JSON.stringify({ ...this.toJSON(), ...ids });
  }

  toJSON(): object {
    return this.subsegments?.length === 0 ? { ...this, subsegments: undefined } : this;
  }
}

/** Records without the SDK. */
class LeanRecorder implements Recorder {
  readonly #socket = new DaemonSocket();
  readonly #address: DaemonAddress;

  constructor(address: DaemonAddress) {
    this.#address = address;
  }

  begin(header: TraceHeader, name: string): RecordedSubsegment {
    return new LeanSubsegment(name, { id: header.parent }, header.root);
  }

  send(_subsegment: RecordedSubsegment, document: string): void {
    const message = Buffer.from(HEADER + document);
    this.#socket.send(message, 0, message.length, this.#address.port, this.#address.host, () => {});
  }

  sent(): Promise<void> {
    return this.#socket.sent();
  }
}

// Code, the same for every request: it may live here.
let recorder: Recorder | undefined;
let isBroken = false;

/**
 * The recorder that writes to the daemon's socket by itself, made by the first call.
 *
 * @returns `undefined` when the address of the daemon is malformed; a process warning has said so.
 */
export function leanRecorder(): Recorder | undefined {
  if (recorder !== undefined || isBroken) return recorder;
  const address = daemonAddress();
  if (address === undefined) {
    isBroken = true;
    process.emitWarning(
      '@tabletheory/xray: nothing is traced, because AWS_XRAY_DAEMON_ADDRESS is malformed. It is host:port, or udp:host:port tcp:host:port.',
    );
  } else {
    recorder = new LeanRecorder(address);
  }
  return recorder;
}
