import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What keeps the process alive, by kind. */
export function resources(): Record<string, number> {
  const kinds = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
  return Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length]));
}

/** The sockets, timers and others that are left over. Sockets take a moment to close. */
export async function leftOver(baseline: Record<string, number>): Promise<string[]> {
  const giveUpAt = performance.now() + 5_000;
  for (;;) {
    const left = Object.entries(resources()).flatMap(([kind, n]) =>
      n > (baseline[kind] ?? 0) ? [`${kind}: ${n}`] : [],
    );
    if (left.length === 0 || performance.now() > giveUpAt) return left;
    await wait(20);
  }
}

let collect: (() => void) | undefined;

/** The memory in use, in megabytes, after all garbage has been collected. */
export async function heapInUse(): Promise<number> {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // What one collection finalizes, the next one frees.
  for (let i = 0; i < 3; i++) {
    collect();
    await wait(10);
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
