import { type Random, seededRandom } from './random.ts';

/** What is done to one request. */
export type Fault =
  /** Nothing: the engine's own answer. */
  | { readonly kind: 'pass' }
  /** Refused because of load, before anything is done; `retryAfter`: with the seconds to wait. */
  | {
      readonly kind: 'throttle';
      readonly name?: 'ProvisionedThroughputExceededException' | 'ThrottlingException';
      readonly retryAfter?: number;
    }
  /** A 500 or 503; `done`: the engine has done the request all the same. */
  | { readonly kind: 'serverError'; readonly status: 500 | 503; readonly done: boolean }
  /** Only the first entries of a batch reach the engine; the others come back unprocessed. */
  | { readonly kind: 'partialBatch'; readonly processed: number }
  /** A write is refused because of a transaction on its item; a transaction, on that of the action at this place. */
  | { readonly kind: 'conflict'; readonly position: number }
  /** The connection is reset; `done`: after the engine has done the request, and its answer is lost. */
  | { readonly kind: 'reset'; readonly done: boolean }
  /** The connection is reset while the request is sent, after this many bytes of its body. */
  | { readonly kind: 'resetRequest'; readonly after: number }
  /** Half of the engine's answer, then the connection is reset. */
  | { readonly kind: 'resetBody' }
  /** Half of the engine's answer, then the connection ends. */
  | { readonly kind: 'truncatedBody' }
  /** Half of the engine's answer, as if that were all. */
  | { readonly kind: 'truncatedJson' }
  /** The engine's answer with its length kept, but no longer JSON. */
  | { readonly kind: 'corruptedBody' }
  /** The engine's answer with one character of a value changed: it is JSON, but not what its checksum says. */
  | { readonly kind: 'corruptedValue' }
  /** No answer ever. */
  | { readonly kind: 'stall'; readonly done: boolean }
  /** The engine's answer, a few bytes at a time, with pauses in milliseconds. */
  | { readonly kind: 'slowBody'; readonly pause?: number }
  /** From now on the service's clock is this far ahead, in milliseconds: it refuses what is signed by another. */
  | { readonly kind: 'clockSkew'; readonly ahead: number }
  /** The credentials the request is signed with expire. */
  | { readonly kind: 'expiredCredentials' }
  /** The engine's answer; then the connection is closed, and the name is not found for the next ones. */
  | { readonly kind: 'dnsFailure'; readonly times: number; readonly code: 'ENOTFOUND' | 'EAI_AGAIN' }
  /** The engine's answer; then the connection is closed, and the next ones are refused. */
  | { readonly kind: 'refusedConnection'; readonly times: number };

export type FaultKind = Fault['kind'];

/** A request, as far as a fault is chosen by it. */
export interface FaultyRequest {
  /** DynamoDB's name of the operation. */
  readonly operation: string;
  /** How many entries a batch has, or actions a transaction; to know it, the body is read. */
  entries(): Promise<number>;
}

/** Chooses what is done to a request. Called once for each, in the order of their arrival. */
export type FaultSource = (request: FaultyRequest) => Fault | Promise<Fault>;

export const PASS: Fault = { kind: 'pass' };

/** The given faults, one request after the other, then none. */
export function scripted(...faults: readonly Fault[]): FaultSource {
  const left = [...faults];
  return () => left.shift() ?? PASS;
}

/** The same fault for every request, or for those of one operation. */
export function always(fault: Fault, operation?: string): FaultSource {
  return (request) => (operation === undefined || request.operation === operation ? fault : PASS);
}

type Draw = (random: Random) => Fault;

const HOUR = 3_600_000;

// Each line is as likely as any other. Stalls are left out: they cost the client's whole request timeout.
const DRAWS: readonly [Draw, ...Draw[]] = [
  () => ({ kind: 'throttle', name: 'ProvisionedThroughputExceededException' }),
  () => ({ kind: 'throttle', name: 'ThrottlingException' }),
  (random) => ({ kind: 'serverError', status: random.pick([500, 503]), done: random.next() < 0.5 }),
  () => ({ kind: 'reset', done: false }),
  () => ({ kind: 'reset', done: true }),
  () => ({ kind: 'reset', done: true }),
  (random) => ({ kind: 'resetRequest', after: random.integer(200) }),
  () => ({ kind: 'resetBody' }),
  () => ({ kind: 'truncatedBody' }),
  () => ({ kind: 'truncatedJson' }),
  () => ({ kind: 'corruptedBody' }),
  () => ({ kind: 'corruptedValue' }),
  () => ({ kind: 'slowBody' }),
  (random) => ({ kind: 'clockSkew', ahead: random.pick([-HOUR, 0, HOUR]) }),
  () => ({ kind: 'expiredCredentials' }),
  (random) => ({
    kind: 'dnsFailure',
    times: 1 + random.integer(2),
    code: random.pick(['ENOTFOUND', 'EAI_AGAIN']),
  }),
  (random) => ({ kind: 'refusedConnection', times: 1 + random.integer(2) }),
];

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** Faults at random: a share of all requests, of the kinds that make sense for them. */
export function seededFaults(seed: number, rates: { readonly any: number; readonly stall: number }): FaultSource {
  const random = seededRandom(seed);
  return async ({ operation, entries }) => {
    const drawn = random.next();
    if (drawn < rates.stall) return { kind: 'stall', done: random.next() < 0.5 };
    if (drawn >= rates.stall + rates.any) return PASS;
    const special = random.next() < 0.4;
    if (special && (operation === 'BatchGetItem' || operation === 'BatchWriteItem')) {
      const count = await entries();
      if (count > 1) return { kind: 'partialBatch', processed: 1 + random.integer(count - 1) };
    }
    if (special && (operation.startsWith('Transact') || WRITES.has(operation))) {
      return { kind: 'conflict', position: random.integer(await entries()) };
    }
    return random.pick(DRAWS)(random);
  };
}
