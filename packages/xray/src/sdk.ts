import type Segment from 'aws-xray-sdk-core/dist/lib/segments/segment.js';
import { DaemonSocket } from './daemon-socket.ts';

/** What is used of the X-Ray SDK. */
export interface Sdk {
  readonly Segment: typeof Segment;
  readonly emitter: { send(subsegment: object): void };
  /** The socket the emitter sends through. */
  readonly socket: DaemonSocket;
}

// Code, the same for every request: it may live here.
let loaded: Sdk | undefined;
let loading: Promise<Sdk | undefined> | undefined;

/** The SDK, if it is there already. */
export function loadedSdk(): Sdk | undefined {
  return loaded;
}

/**
 * Loads the SDK, once. Only its segments and its emitter: the package's main module creates a `cls-hooked`
 * namespace, which turns on async hooks and makes every `await` of the process many times dearer, for an automatic
 * context this middleware does not use.
 *
 * @returns `undefined` when the SDK cannot be loaded; a process warning has said so.
 */
export function loadSdk(): Promise<Sdk | undefined> {
  loading ??= importSdk().catch(warn);
  return loading;
}

async function importSdk(): Promise<Sdk> {
  const [segment, emitter] = await Promise.all([
    import('aws-xray-sdk-core/dist/lib/segments/segment.js'),
    import('aws-xray-sdk-core/dist/lib/segment_emitter.js'),
  ]);
  const socket = new DaemonSocket();
  const sender = emitter.default as unknown as Sdk['emitter'] & { socket: DaemonSocket };
  sender.socket = socket;
  loaded = { Segment: segment.default, emitter: sender, socket };
  return loaded;
}

function warn(error: unknown): undefined {
  process.emitWarning(
    `@tabletheory/xray: nothing is traced, because aws-xray-sdk-core could not be loaded (${error}). Install it with: npm install aws-xray-sdk-core`,
  );
}
