import type { Benchmark } from '../benchmark.ts';
import { paired } from '../measure/paired.ts';
import { DOCUMENT_CLIENT, isOurs } from '../names.ts';
import { comparedRows } from '../result.ts';
import { PACKAGES, requestSubjects } from '../subjects/requests/subjects.ts';
import { REQUESTS } from '../subjects/requests/workloads.ts';

export const requests: Benchmark = {
  name: 'requests',
  title: 'CPU time of a request, network stubbed',
  method: [
    'Microseconds of CPU time of the whole process, garbage collection included. Each library runs in a process of its own; rounds are interleaved, ratios are medians of the ratios of each round.',
    'All libraries on the SDK have the same client, whose request handler answers at once with prepared bytes in a stream. The lean client gets the bytes, as its own handler collects them; aws-lite gets a stream from a stubbed https.request.',
    'Items are orders of twelve attributes. ElectroDB and OneTable also read the marks that they store with each item. What each library reads and sends was compared before the timing.',
  ],
  packages: PACKAGES,
  run: async ({ effort }) => {
    const samples = await paired(
      requestSubjects(() => undefined),
      REQUESTS,
      {
        effort,
        reference: DOCUMENT_CLIENT,
      },
    );
    const rows = comparedRows(samples, { unit: 'µs', against: () => DOCUMENT_CLIENT, ours: isOurs });
    return { rows, rounds: effort.rounds };
  },
};
