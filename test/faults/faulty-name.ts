import dns from 'node:dns';

/** Why a connection to a name fails. `refused`: the name is found, but nobody listens there. */
export type ConnectionFault = 'ENOTFOUND' | 'EAI_AGAIN' | 'refused';

/** A host name of this process alone. It leads to this machine, unless connections are to fail. */
export interface FaultyName extends Disposable {
  readonly hostname: string;
  /** Lets the next connections fail. */
  fail(fault: ConnectionFault, times: number): void;
  /** How many have failed, by why. */
  readonly failed: Readonly<Record<ConnectionFault, number>>;
}

type Lookup = (error: Error | null, address?: string | { address: string; family: 4 }[], family?: 4) => void;

const names = new Map<string, () => ConnectionFault | undefined>();
const realLookup = dns.lookup;
let count = 0;

/** Node asks for addresses here at every connection, so that a name can be given to this process only. */
function lookup(hostname: string, options: { readonly all?: boolean }, callback: Lookup): void {
  const nextFault = names.get(hostname);
  if (nextFault === undefined) return void realLookup(hostname, options, callback as never);
  const fault = nextFault();
  process.nextTick(() => {
    if (fault === 'ENOTFOUND' || fault === 'EAI_AGAIN') {
      const details = { code: fault, syscall: 'getaddrinfo', hostname };
      return callback(Object.assign(new Error(`getaddrinfo ${fault} ${hostname}`), details));
    }
    // Every address that begins with 127 is this machine; servers of tests listen on the first.
    const address = fault === 'refused' ? '127.0.0.2' : '127.0.0.1';
    return options.all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4);
  });
}

/** Makes a name, until it is disposed of. */
export function faultyName(): FaultyName {
  const hostname = `faulty-${count++}.test`;
  const failed = { ENOTFOUND: 0, EAI_AGAIN: 0, refused: 0 };
  let faults: ConnectionFault[] = [];
  names.set(hostname, () => {
    const fault = faults.shift();
    if (fault !== undefined) failed[fault]++;
    return fault;
  });
  dns.lookup = lookup as never;
  return {
    hostname,
    fail: (fault, times) => {
      faults = Array(times).fill(fault);
    },
    failed,
    [Symbol.dispose]: () => {
      names.delete(hostname);
      if (names.size === 0) dns.lookup = realLookup;
    },
  };
}
