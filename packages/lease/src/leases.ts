import { randomUUID } from 'node:crypto';
import { ConditionFailedError, type Item, ItemNotFoundError } from '@tabletheory/core';
import { startMeasuring } from './elapsed-time.ts';
import type { Heartbeat } from './heartbeat.ts';
import { HeldLease, type Lease } from './lease.ts';
import { LeaseHeldError } from './lease-held-error.ts';
import { LeaseLostError } from './lease-lost-error.ts';
import type { LeaseModel } from './lease-model.ts';
import type { LeaseTables } from './lease-tables.ts';
import { leaseTimes } from './lease-times.ts';

const LONGEST_MS = 24 * 3_600_000;

/** Options of {@link createLeases}. */
export interface LeasesOptions {
  /** Tables with `leases` among them; those of a request obey its deadline. */
  readonly tables: LeaseTables;
  /** Milliseconds for which a lease is held without being refreshed, up to a day. Default 30,000. */
  readonly duration?: number | undefined;
  /**
   * Milliseconds by which the clocks of two workers may differ: so much later than its holder gives it up is a lease
   * taken over. Less than `duration`. Default 1,000.
   */
  readonly margin?: number | undefined;
}

/** Options of `acquire`. */
export interface AcquireOptions {
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `withLease`. */
export interface WithLeaseOptions extends AcquireOptions {
  /** Milliseconds between two refreshes. By default a third of the duration. */
  readonly every?: number | undefined;
}

/** What a function within a lease gets. */
export interface LeaseHolder {
  /** Aborts when the lease is lost, with a `LeaseLostError`; or when the outer signal does, with its reason. */
  readonly signal: AbortSignal;
  /** Higher than that of everyone who has held this lease before. */
  readonly fencingToken: number;
}

/** What acquires leases. */
export interface Leases {
  /**
   * Acquires a lease, in one request, or two if nobody has held it before.
   *
   * @throws LeaseHeldError when somebody else has it.
   */
  acquire(key: string, options?: AcquireOptions): Promise<Lease>;
  /**
   * Runs a function while it holds a lease, refreshes the lease meanwhile, and releases it when the function has ended.
   *
   * @returns what the function returns.
   * @throws LeaseHeldError when somebody else has the lease; the function was not called.
   * @throws LeaseLostError when the lease was lost before the function returned; its result is dropped. What the function
   *   throws is thrown as it is.
   *
   * @example
   * const report = await leases.withLease('nightly-report', async ({ signal, fencingToken }) => {
   *   const lines = await readLines(signal);
   *   return writeReport(lines, fencingToken);
   * });
   */
  withLease<Result>(
    key: string,
    fn: (holder: LeaseHolder) => Result | Promise<Result>,
    options?: WithLeaseOptions,
  ): Promise<Result>;
}

/**
 * Leases on a table: of all who ask for a key, one at a time gets it.
 *
 * A lease alone cannot stop a holder that is late to notice that it has lost it. What it writes is safe where the
 * fencing token is part of the condition.
 *
 * @throws TypeError when the tables have no `leases`.
 * @throws RangeError when `duration` or `margin` is out of range.
 *
 * @example
 * import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { createTables } from '@tabletheory/core';
 * import { createLeases, leaseModel } from '@tabletheory/lease';
 *
 * const tables = createTables({ client: new DynamoDBClient(), models: { leases: leaseModel() } });
 * const leases = createLeases({ tables, duration: 10_000 });
 *
 * await leases.withLease('nightly-report', async ({ signal }) => {
 *   await fetch('https://example.com/report', { method: 'POST', signal });
 * });
 */
export function createLeases(options: LeasesOptions): Leases {
  const { tables, duration = 30_000, margin = 1_000 } = options;
  if (tables?.leases === undefined) {
    throw new TypeError('createLeases: tables have no leases; add leases: leaseModel() to their models');
  }
  if (!(Number.isFinite(duration) && duration >= 1 && duration <= LONGEST_MS)) {
    throw new RangeError(`createLeases: duration must be milliseconds, 1 to ${LONGEST_MS}`);
  }
  if (!(margin >= 0 && margin < duration)) {
    throw new RangeError('createLeases: margin must be milliseconds, 0 or more and less than the duration');
  }

  const acquire = async (key: string, { signal }: AcquireOptions = {}): Promise<HeldLease> => {
    const owner = randomUUID();
    const elapsed = startMeasuring();
    const { leases } = signal === undefined ? tables : tables.$withSignal(signal);
    const fencingToken = await take(leases, { key, owner, ...leaseTimes(duration) }, margin);
    return new HeldLease(tables, { key, owner, fencingToken, duration, elapsed });
  };

  const withLease: Leases['withLease'] = async (key, fn, { signal, every } = {}) => {
    signal?.throwIfAborted();
    const lease = await acquire(key, { signal });
    let heartbeat: Heartbeat | undefined;
    try {
      heartbeat = lease.keepAlive({ signal, every });
      heartbeat.signal.throwIfAborted(); // the lease may have been long in coming
      const result = await fn({ signal: heartbeat.signal, fencingToken: lease.fencingToken });
      const { reason } = heartbeat.signal;
      if (reason instanceof LeaseLostError) throw reason;
      // Where the function has kept the event loop from running, no timer could tell.
      if (lease.remaining() === 0) throw new LeaseLostError('expired');
      return result;
    } finally {
      heartbeat?.stop();
      // What the function has done is done, and a lease that could not be released ends by itself.
      await lease.release().catch(ignore);
    }
  };

  return { acquire, withLease };
}

function ignore(): void {}

/** Takes the lease where it is free or over, and gives its fencing token. */
async function take(
  leases: LeaseTables['leases'],
  claim: { readonly key: string; readonly owner: string; readonly until: Date; readonly expiresAt: Date },
  margin: number,
): Promise<number> {
  const { key, owner, until, expiresAt } = claim;
  const over = new Date(Date.now() - margin);
  try {
    const taken = await leases.update(
      { key },
      (u) => u.set('owner', owner).set('until', until).set('expiresAt', expiresAt).add('fencingToken', 1),
      { if: (c) => c.or(c('owner', 'exists', false), c('until', '<', over)) },
    );
    return taken.fencingToken;
  } catch (error) {
    if (error instanceof ConditionFailedError) return tokenIfTaken(error, owner, margin);
    if (!(error instanceof ItemNotFoundError)) throw error;
  }
  try {
    // Time is higher than every token of an item that DynamoDB has deleted, unless it was acquired every millisecond.
    return (await leases.create({ ...claim, fencingToken: Date.now() })).fencingToken;
  } catch (error) {
    if (error instanceof ConditionFailedError) return tokenIfTaken(error, owner, margin);
    throw error;
  }
}

/** After a lost answer, the write that stands in the way may be one's own. */
function tokenIfTaken(error: ConditionFailedError, owner: string, margin: number): number {
  const stored = error.item as Item<LeaseModel> | undefined;
  if (stored?.owner === owner) return stored.fencingToken;
  throw new LeaseHeldError(stored === undefined ? margin : Math.max(1, stored.until.getTime() + margin - Date.now()));
}
