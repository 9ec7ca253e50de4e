// A process of its own for the tests: acquires a lease, says so, and holds it until it is killed.
import { registerHooks } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

registerHooks({
  resolve: (name, context, next) => {
    const [, sibling] = /^@tabletheory\/([\w-]+)$/.exec(name) ?? [];
    return next(sibling === undefined ? name : new URL(`../../${sibling}/src/index.ts`, import.meta.url).href, context);
  },
});
const { createTables } = await import('@tabletheory/core');
const { createLeases } = await import('./leases.ts');
const { models } = await import('./test-models.ts');

const leases = createLeases({
  tables: createTables({ client: new DynamoDBClient(), models }),
  duration: Number(process.env.LEASE_DURATION),
});
await leases.withLease(process.env.LEASE_KEY as string, async ({ fencingToken }) => {
  process.stdout.write(`${fencingToken}\n`);
  await new Promise(() => {});
});
