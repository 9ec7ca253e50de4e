// A process of its own for the tests: a function that is killed in the middle of a request.
import { registerHooks } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

registerHooks({
  resolve: (name, context, next) => {
    const [, sibling, entry = 'index'] = /^@tabletheory\/([\w-]+)(?:\/(\w+))?$/.exec(name) ?? [];
    const file = sibling && new URL(`../../${sibling}/src/${entry}.ts`, import.meta.url).href;
    return next(file ?? name, context);
  },
});
const { createTables } = await import('@tabletheory/core');
const { testContext } = await import('@tabletheory/invocation/testing');
const { call, chain, countOnce } = await import('./test-chain.ts');
const { models } = await import('./test-models.ts');

const tables = createTables({ client: new DynamoDBClient(), models });
const hang = () => new Promise(() => {});

const handlers: Record<string, Parameters<typeof chain>[1]> = {
  'before it wrote': () => undefined,
  'after it wrote with a token': (_event, { idempotency }) => countOnce(tables, idempotency.token()),
  'after it wrote and completed': (_event, { idempotency }) =>
    tables.$transactWrite((tx) => [
      tx.counters.update({ counterId: 'c' }, (u) => u.add('count', 1)),
      idempotency.complete(tx.idempotency, 'from the one that was killed'),
    ]),
};
const handler = chain(tables, async (...request) => {
  await handlers[process.env.KILLED as string]?.(...request);
  process.stdout.write('now\n');
  // The wait keeps no event loop alive by itself.
  setInterval(() => {}, 1_000);
  await hang();
});
await call(handler, { key: process.env.KEY as string }, testContext({ timeout: 2_500 }));
