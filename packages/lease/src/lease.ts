import { ConditionFailedError, DeadlineExceededError, ItemNotFoundError } from '@tabletheory/core';
import { startMeasuring } from './elapsed-time.ts';
import { type Heartbeat, type KeepAliveOptions, startHeartbeat } from './heartbeat.ts';
import { LeaseLostError } from './lease-lost-error.ts';
import type { LeaseTables } from './lease-tables.ts';
import { leaseTimes } from './lease-times.ts';

// Less than the time a deadline keeps back for clean-up.
const RELEASE_WITHIN_MS = 200;

/** A lease that was acquired. `await using` releases it at the end of the block. */
export interface Lease extends AsyncDisposable {
  readonly key: string;
  /** Higher than that of everyone who has held this lease before. */
  readonly fencingToken: number;
  /** Milliseconds for which the lease is held without another refresh, by this process's clocks; 0 when it is lost. */
  remaining(): number;
  /**
   * Holds the lease for its whole duration from now on.
   *
   * @throws LeaseLostError when another worker has it, or its time was over.
   */
  refresh(): Promise<void>;
  /**
   * Refreshes the lease again and again until `stop`. Its signal aborts when the lease is lost.
   *
   * @throws RangeError when `every` is not a number of milliseconds, or not shorter than the lease's duration.
   */
  keepAlive(options?: KeepAliveOptions): Heartbeat;
  /**
   * Lets others acquire the lease at once. Nothing happens when it is lost already. A deadline that the tables are bound
   * to and that has been reached does not prevent it: then it is tried for 200 ms.
   */
  release(): Promise<void>;
}

/** A lease of this process. */
export class HeldLease implements Lease {
  readonly key: string;
  readonly fencingToken: number;
  readonly #tables: LeaseTables;
  readonly #owner: string;
  readonly #duration: number;
  #elapsed: () => number;
  #given = false;

  /** @param elapsed measures since before the request that acquired the lease. */
  constructor(
    tables: LeaseTables,
    held: { key: string; owner: string; fencingToken: number; duration: number; elapsed: () => number },
  ) {
    this.#tables = tables;
    this.key = held.key;
    this.fencingToken = held.fencingToken;
    this.#owner = held.owner;
    this.#duration = held.duration;
    this.#elapsed = held.elapsed;
  }

  remaining(): number {
    return this.#given ? 0 : Math.max(0, this.#duration - this.#elapsed());
  }

  refresh(): Promise<void> {
    return this.refreshWithin(undefined);
  }

  /** @param signal ends the request. */
  async refreshWithin(signal: AbortSignal | undefined): Promise<void> {
    // Others count on it that a holder whose time is over has stopped.
    if (this.remaining() === 0) throw new LeaseLostError('expired');
    const { leases } = signal === undefined ? this.#tables : this.#tables.$withSignal(signal);
    const elapsed = startMeasuring();
    try {
      await leases.update({ key: this.key }, leaseTimes(this.#duration), { if: (c) => c('owner', '=', this.#owner) });
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.#given = true;
      throw new LeaseLostError('refused', error);
    }
    this.#elapsed = elapsed;
  }

  keepAlive({ every = Math.floor(this.#duration / 3), signal }: KeepAliveOptions = {}): Heartbeat {
    if (!(Number.isFinite(every) && every >= 1 && every < this.#duration)) {
      throw new RangeError(`every must be milliseconds, 1 or more and less than the duration, ${this.#duration}`);
    }
    return startHeartbeat(this, every, signal);
  }

  async release(): Promise<void> {
    if (this.#given) return;
    this.#given = true;
    try {
      await this.#giveBack(this.#tables);
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
      await this.#giveBackAfterDeadline();
    }
  }

  async #giveBack({ leases }: Pick<LeaseTables, 'leases'>): Promise<void> {
    try {
      // The item stays: it keeps the fencing token.
      await leases.update({ key: this.key }, (u) => u.remove('owner'), { if: (c) => c('owner', '=', this.#owner) });
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }

  async #giveBackAfterDeadline(): Promise<void> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), RELEASE_WITHIN_MS);
    try {
      await this.#giveBack(this.#tables.$bind({ signal: controller.signal }));
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}

/** Whether another worker has the lease, or its item is gone. */
function isRefused(error: unknown): boolean {
  return error instanceof ConditionFailedError || error instanceof ItemNotFoundError;
}
