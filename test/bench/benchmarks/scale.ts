import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { paired } from '../measure/paired.ts';
import { pairedRatio, spread } from '../measure/statistics.ts';
import type { Row } from '../result.ts';

const SUBJECT = { name: 'TableTheory', file: join(import.meta.dirname, '..', 'subjects', 'scale', 'tabletheory.ts') };

/** Of each size: how many items it has, and the smaller size that its cost per item is compared with. */
const SIZES: Readonly<Record<string, { items: number; against?: string }>> = {
  'query of 1 row': { items: 1 },
  'query of 10 rows': { items: 10, against: 'query of 1 row' },
  'query of 100 rows': { items: 100, against: 'query of 10 rows' },
  'query of 1,000 rows': { items: 1000, against: 'query of 100 rows' },
  'query of 10,000 rows': { items: 10_000, against: 'query of 100 rows' },
  'batch write of 25': { items: 25 },
  'batch write of 1,000': { items: 1000, against: 'batch write of 25' },
  'batch get of 100': { items: 100 },
  'batch get of 1,000': { items: 1000, against: 'batch get of 100' },
  '1 get': { items: 1 },
  '64 concurrent gets': { items: 64, against: '1 get' },
};

export const scale: Benchmark = {
  name: 'scale',
  title: 'CPU time per item as requests grow',
  method: [
    'Microseconds of CPU time per item of the whole process, garbage collection included, on the official client with a stubbed network; an answer to a query has up to 1,000 rows, and is gone through as a page.',
    'Each size is compared with a smaller one of the same operation, rounds interleaved. Long queries are compared with those of 100 rows, where the cost of the request itself has already been spread.',
  ],
  packages: ['@tabletheory/core', '@aws-sdk/client-dynamodb'],
  run: async ({ effort }) => {
    const samples = await paired([SUBJECT], Object.keys(SIZES), {
      effort,
      interleaveWorkloads: true,
    });
    const found = samples.get(SUBJECT.name);
    const perItem = (size: string) => found?.get(size)?.map((value) => value / (SIZES[size]?.items ?? 1)) ?? [];
    const rows = Object.entries(SIZES).map(([group, { against }]): Row => {
      const value = {
        group,
        subject: SUBJECT.name,
        ours: true,
        unit: 'µs/item',
        value: spread(perItem(group)),
      } as const;
      return against === undefined
        ? value
        : { ...value, ratio: pairedRatio(perItem(group), perItem(against)), against };
    });
    return { rows, rounds: effort.rounds };
  },
};
