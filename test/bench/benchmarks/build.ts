import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { paired } from '../measure/paired.ts';
import { ELECTRODB, isOurs } from '../names.ts';
import { comparedRows } from '../result.ts';

const folder = join(import.meta.dirname, '..', 'subjects', 'build');

export const build: Benchmark = {
  name: 'build',
  title: 'CPU time of building a request',
  method: [
    "Microseconds of CPU time of the whole process, garbage collection included. Both build the input of a put of an order, and of a query of a partition with a begin of the sort key. ElectroDB's `.params()` leaves the encoding of values to the SDK; TableTheory's input has them encoded.",
    'The whole call is what a caller sees: TableTheory with a client that takes the command and answers at once. Beside the building that is the sending, its promises, and reading the answer, or the written item, back.',
    'Each runs in a process of its own; rounds are interleaved, ratios are medians of the ratios of each round.',
  ],
  packages: ['@tabletheory/core', 'electrodb'],
  run: async ({ effort }) => {
    const subjects = [
      { name: 'TableTheory', file: join(folder, 'tabletheory.ts') },
      { name: 'TableTheory, whole call', file: join(folder, 'whole-call.ts') },
      { name: ELECTRODB, file: join(folder, 'electrodb.ts') },
    ];
    const samples = await paired(subjects, ['put', 'query'], { effort });
    const rows = comparedRows(samples, { unit: 'µs', against: () => ELECTRODB, ours: isOurs });
    return { rows, rounds: effort.rounds };
  },
};
