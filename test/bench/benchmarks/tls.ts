import type { Benchmark } from '../benchmark.ts';
import { paired } from '../measure/paired.ts';
import { DOCUMENT_CLIENT, isOurs } from '../names.ts';
import { comparedRows } from '../result.ts';
import { ELECTRODB_MARKS } from '../subjects/electrodb-entity.ts';
import { PACKAGES, requestSubjects } from '../subjects/requests/subjects.ts';
import { REQUESTS } from '../subjects/requests/workloads.ts';
import { startTlsServer } from '../subjects/tls/start-server.ts';

export const tls: Benchmark = {
  name: 'tls',
  title: 'CPU time of a request over TLS',
  method: [
    'Microseconds of CPU time of the whole client process, garbage collection and TLS included. Requests go over kept-alive TLS on the loopback to a server of prepared answers, whose process is not counted.',
    'Each library runs in a process of its own, with the request handler that it has by default (the official client under our tables is as `dynamodb()` makes it); rounds are interleaved, ratios are medians of the ratios of each round.',
    "Items are orders of twelve attributes, and carry ElectroDB's and OneTable's marks for those two alone, from a server of their own.",
  ],
  packages: PACKAGES,
  run: async ({ effort }) => {
    using plain = await startTlsServer();
    using marked = await startTlsServer({ ...ELECTRODB_MARKS, _type: 'Order' });
    const subjects = requestSubjects(({ marks }) => (marks ? marked : plain));
    const samples = await paired(subjects, REQUESTS, { effort, reference: DOCUMENT_CLIENT });
    const rows = comparedRows(samples, { unit: 'µs', against: () => DOCUMENT_CLIENT, ours: isOurs });
    return { rows, rounds: effort.rounds };
  },
};
