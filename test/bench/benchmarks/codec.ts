import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { paired } from '../measure/paired.ts';
import * as names from '../names.ts';
import { comparedRows } from '../result.ts';

const folder = join(import.meta.dirname, '..', 'subjects', 'codec');

export const codec: Benchmark = {
  name: 'codec',
  title: 'CPU time of encoding and decoding items',
  method: [
    "Microseconds of CPU time of the whole process, garbage collection included. Encoding goes from the item in code to the text that is sent, with the model's checks; decoding from the text of an answer to the items in code.",
    'JSON alone stringifies an AttributeValue object that is ready, and parses the text without looking at it. Each subject runs in a process of its own; rounds are interleaved, ratios are medians of the ratios of each round.',
    'Small items have 4 attributes, medium ones 15, with a map, a list of 3 maps, a set and dates. util-dynamodb knows neither models nor dates: its items have texts for dates, and nothing is checked.',
  ],
  packages: ['@tabletheory/core', '@aws-sdk/util-dynamodb'],
  run: async ({ effort }) => {
    const subjects = [
      { name: names.CODEC, file: join(folder, 'tabletheory.ts') },
      { name: names.JSON_ALONE, file: join(folder, 'json-alone.ts') },
      { name: names.UTIL_DYNAMODB, file: join(folder, 'util-dynamodb.ts') },
    ];
    const workloads = ['encode small', 'encode medium', 'encode 350 KB', 'decode 100 rows'];
    const samples = await paired(subjects, workloads, { effort });
    const rows = comparedRows(samples, { unit: 'µs', against: () => names.JSON_ALONE, ours: names.isOurs });
    return { rows, rounds: effort.rounds };
  },
};
