// A function that does its events, one transaction each, as a process of its own: to be killed. It prints the number of
// each event that was acknowledged.
import { createTables } from '@tabletheory/core';
import { tablesClient } from '../support/client.ts';
import { models } from './models.ts';

/** What the function is told, as JSON in its first argument. */
export interface FunctionEvents {
  readonly endpoint: string;
  /** Begins the keys of its items and its tokens. */
  readonly run: string;
  readonly first: number;
  readonly last: number;
}

const { endpoint, run, first, last }: FunctionEvents = JSON.parse(process.argv[2] as string);
const client = tablesClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const tables = createTables({ client, models });
for (let event = first; event <= last; event++) {
  await tables.$transactWrite(
    (tx) => [
      tx.counters.update({ counterId: run }, (u) => u.add('count', 1)),
      tx.counters.create({ counterId: `${run}-${event}`, count: event }),
    ],
    { token: `${run}-${event}` },
  );
  process.stdout.write(`${event}\n`);
}
client.destroy();
