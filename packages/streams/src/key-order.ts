/** Work on a list, of which what has the same key must be done one after the other. */
export interface KeyedWork<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Does the work on one item. */
  readonly run: (item: T) => unknown;
  /** Called when `run` has failed. */
  readonly onFailure: (item: T, error: unknown) => void;
  /** The most items that are worked on at once. */
  readonly concurrency: number;
  /** When it aborts, nothing further is begun or waited for. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Works on a list of which everything from the first failure on will come again: items of one key strictly in order,
 * others beside each other, and of what is ready always the first. Behind a failure nothing is begun, as it would be done
 * twice; what comes before it is still done.
 *
 * @returns the place of the first item that is not done; the length of the list when all are.
 */
export function workInKeyOrder<T>({
  items,
  keyOf,
  run,
  onFailure,
  concurrency,
  signal,
}: KeyedWork<T>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  /** For each key that is being worked on, the places of the items that wait for it. */
  const waiting = new Map<string, number[]>();
  const done = new Uint8Array(items.length);
  let end = items.length; // nothing is begun from here on
  let next = 0;
  let active = 0;

  const work = async (first: number, key: string): Promise<void> => {
    for (let place: number | undefined = first; place !== undefined && place < end; place = waiting.get(key)?.shift()) {
      const item = items[place] as T;
      try {
        // Up to its first await this runs at once: a failure known from the start keeps what is behind from beginning.
        await run(item);
        done[place] = 1;
      } catch (error) {
        // What fails after the end was stopped by it.
        if (!signal?.aborted) onFailure(item, error);
        end = Math.min(end, place);
      }
    }
    waiting.delete(key);
    active--;
    begin();
  };
  const begin = (): void => {
    for (; active < concurrency && next < end; next++) {
      const key = keyOf(items[next] as T);
      const queue = waiting.get(key);
      if (queue !== undefined) queue.push(next);
      else {
        waiting.set(key, []);
        active++;
        void work(next, key);
      }
    }
    if (active === 0) finish();
  };
  const finish = (): void => {
    signal?.removeEventListener('abort', stop);
    const left = done.indexOf(0);
    resolve(left === -1 ? items.length : left);
  };
  const stop = (): void => {
    end = 0;
    finish();
  };

  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  else begin();
  return promise;
}
