import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type KeyedWork, workInKeyOrder } from './key-order.ts';

interface Item {
  readonly key: string;
  readonly place: number;
}

/** Items called by their keys: `aab` are two of a and one of b. */
const itemsOf = (keys: string): Item[] => [...keys].map((key, place) => ({ key, place }));
const never: Promise<never> = new Promise(() => {});
const settings = { keyOf: ({ key }: Item) => key, onFailure: () => {}, concurrency: 10, signal: undefined };
const start = (work: Pick<KeyedWork<Item>, 'items' | 'run'> & Partial<KeyedWork<Item>>): Promise<number> =>
  workInKeyOrder({ ...settings, ...work });

/** Numbers that look random and are the same in every run. */
const randomNumbers = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** Works on a list made up from `seed`, some of which fails, and checks what must hold. */
async function checkRun(seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const items = Array.from({ length: 1 + random(60) }, (_, place) => ({ key: String(random(8)), place }));
  const concurrency = 1 + random(6);
  const failing = new Set(Array.from({ length: random(3) }, () => random(80)));
  const begun: number[] = [];
  const done = new Set<number>();
  const failed: number[] = [];
  const running = new Set<string>();
  const broken: string[] = [];
  const check = (holds: boolean, rule: string) => holds || broken.push(`${rule} (seed ${seed})`);

  const first = await start({
    items,
    concurrency,
    onFailure: ({ place }) => failed.push(place),
    run: async ({ key, place }) => {
      check(!running.has(key), 'one of a key at a time');
      check(
        begun.every((earlier) => items[earlier]?.key !== key || earlier < place),
        'a key in order',
      );
      check(
        failed.every((failure) => failure > place),
        'nothing begun behind a failure',
      );
      begun.push(place);
      running.add(key);
      check(running.size <= concurrency, 'no more at once than allowed');
      for (let ticks = random(4); ticks > 0; ticks--) await tick();
      running.delete(key);
      if (failing.has(place)) throw new Error('failed');
      done.add(place);
    },
  });
  check(first === (failed.length === 0 ? items.length : Math.min(...failed)), 'the first failure is told');
  check(
    items.slice(0, first).every(({ place }) => done.has(place)),
    'everything before it is done',
  );
  check(running.size === 0, 'nothing is left running');
  expect(broken).toEqual([]);
}

describe('work on a list', () => {
  it('is done when there is none', async () => {
    expect(await start({ items: [], run: () => never })).toBe(0);
  });

  it('is done for all, and a function need not be asynchronous', async () => {
    const ran: number[] = [];
    expect(await start({ items: itemsOf('abacaba'), run: ({ place }) => void ran.push(place) })).toBe(7);
    expect([...ran].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('is done in the order of each key, with bounds, whatever takes how long', async () => {
    for (let seed = 0; seed < 200; seed++) await checkRun(seed);
  });

  it('takes what is first of what is ready', async () => {
    const begun: number[] = [];
    await start({
      items: itemsOf('aaabcd'),
      concurrency: 2,
      run: async ({ place }) => {
        begun.push(place);
        await tick();
      },
    });
    expect(begun).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it('begins nothing behind what fails from the start', async () => {
    const begun: number[] = [];
    const first = await start({
      items: itemsOf('abcd'),
      run: ({ place }) => {
        begun.push(place);
        if (place === 1) throw new Error('failed');
      },
    });
    expect(first).toBe(1);
    expect(begun).toEqual([0, 1]);
  });

  it('waits for what was begun behind a failure', async () => {
    const slow = Promise.withResolvers<void>();
    const work = start({
      items: itemsOf('ab'),
      run: async ({ key }) => {
        if (key === 'b') return slow.promise;
        throw new Error('failed');
      },
    });
    expect(await Promise.race([work, tick('still running')])).toBe('still running');
    slow.resolve();
    expect(await work).toBe(0);
  });
});

describe('the signal', () => {
  it('ends the waiting, and nothing more is begun', async () => {
    const controller = new AbortController();
    const second = Promise.withResolvers<void>();
    const begun: number[] = [];
    const failures: unknown[] = [];
    const work = start({
      items: itemsOf('abbc'),
      concurrency: 2,
      signal: controller.signal,
      onFailure: (_item, error) => failures.push(error),
      run: ({ place }) => {
        begun.push(place);
        return place === 1 ? second.promise : undefined;
      },
    });
    await tick();
    expect(begun).toEqual([0, 1, 3]);
    controller.abort();
    expect(await work).toBe(1);
    second.reject(new Error('aborted'));
    await tick();
    expect(begun).toEqual([0, 1, 3]);
    expect(failures).toEqual([]);
  });

  it('that has aborted lets nothing begin', async () => {
    const run = () => expect.unreachable();
    expect(await start({ items: itemsOf('ab'), run, signal: AbortSignal.abort() })).toBe(0);
  });
});

it('a long list of one item takes no long time', async () => {
  const items = itemsOf('a'.repeat(10_000));
  const ran: number[] = [];
  expect(await start({ items, run: async ({ place }) => void ran.push(place) })).toBe(10_000);
  expect(ran).toEqual(items.map(({ place }) => place));
});
