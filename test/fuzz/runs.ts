/**
 * The share of the runs that slow properties get, by the folder or file they are in: those that ask a running engine,
 * whose runs are some requests to a server each, and those that write and read whole documents.
 */
export const SHARES: Readonly<Record<string, number>> = {
  'test/integration/': 0.05,
  'packages/cli/src/import/live-table': 0.01,
  'packages/cli/src/import/dms': 0.1,
};

/** How often the properties of a file run: as often as FUZZ_RUNS says, or their share of it. */
export function runsOf(path: string): number {
  const runs = Number(process.env.FUZZ_RUNS);
  if (!Number.isInteger(runs) || runs < 1) throw new TypeError('FUZZ_RUNS must be a whole number from 1 on');
  const share = Object.entries(SHARES).find(([place]) => path.includes(place))?.[1] ?? 1;
  return Math.max(1, Math.round(runs * share));
}
