import { compile } from './compile.ts';

/** The most instantiations one more model may cost, and ten models together. */
export const BUDGET = { perModel: 2_000, tenModels: 20_000 };

/** The instantiations the compiler makes for programs that use so many models. */
export interface Instantiations {
  /** A program that only imports the packages. */
  readonly baseline: number;
  /** What a model costs beyond that, and two, and ten. */
  readonly oneModel: number;
  readonly twoModels: number;
  readonly tenModels: number;
  /** What a model costs where others are used already. */
  readonly perModel: number;
}

/** Measures with the compiler of the repository: type-checking is as fast for users as these numbers are small. */
export async function measureInstantiations(): Promise<Instantiations> {
  const baseline = await instantiationsOf(program(0));
  const beyondBaseline = async (models: number) => (await instantiationsOf(program(models))) - baseline;
  const oneModel = await beyondBaseline(1);
  const twoModels = await beyondBaseline(2);
  const tenModels = await beyondBaseline(10);
  return { baseline, oneModel, twoModels, tenModels, perModel: Math.round((tenModels - twoModels) / 8) };
}

async function instantiationsOf(text: string): Promise<number> {
  // Single-threaded: each of several checkers would count what it has to instantiate again.
  const { succeeded, output } = await compile({ program: text }, '--extendedDiagnostics', '--singleThreaded');
  const count = /Instantiations: *(\d+)/.exec(output)?.[1];
  if (!succeeded || count === undefined) throw new Error(`The generated program does not compile:\n${output}`);
  return Number(count);
}

/** A program that defines so many different models, and uses each as an application does. */
function program(models: number): string {
  const numbers = Array.from({ length: models }, (_, i) => i);
  return `
    import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
    import {
      createdAt, createTables, defineModel, integer, list, map, number, string, stringSet, version,
    } from '@tabletheory/core';

    export const imported = [
      createdAt, createTables, defineModel, integer, list, map, number, string, stringSet, version,
    ];
    declare const client: DynamoDBClient;
    ${numbers.map(definition).join('')}
    export async function run(): Promise<unknown[]> {
      const tables = createTables({ client, models: { ${numbers.map((n) => `o${n}: Model${n}`).join(', ')} } });
      const results: unknown[] = [tables.$client];
      ${numbers.map(uses).join('')}
      return results;
    }
  `;
}

function definition(n: number): string {
  return `
    const Model${n} = defineModel({
      name: 'Model${n}',
      table: 'table',
      key: {
        partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
        sort: { attribute: 'SK', template: 'ORDER#{orderId}' },
      },
      attributes: {
        customerId: string({ minLength: 1 }),
        orderId: string(),
        status: string({ enum: ['open', 'paid'] }),
        total${n}: number({ minimum: 0 }),
        lines: list(map({ sku: string(), quantity: integer({ optional: true }) })),
        labels: stringSet({ optional: true }),
        createdAt: createdAt(),
        version: version(),
      },
      indexes: { byStatus: { partition: 'status', sort: 'createdAt', projection: ['total${n}'] } },
    });
  `;
}

function uses(n: number): string {
  const key = `{ customerId: 'c', orderId: 'o' }`;
  const item = (lines: string): string =>
    `{ customerId: 'c', orderId: 'o', status: 'open', total${n}: 1, lines: ${lines} }`;
  return `
    const created${n} = await tables.o${n}.create(${item(`[{ sku: 'a', quantity: 1 }]`)});
    const got${n} = await tables.o${n}.get(${key});
    const found${n} = await tables.o${n}
      .where('status', '=', 'open')
      .where('total${n}', '>', 3)
      .index('byStatus')
      .select('total${n}')
      .all();
    const updated${n} = await tables.o${n}.update(
      ${key},
      (u) => u.set('status', 'paid').add('total${n}', 1),
      { if: (c) => c.and(c('total${n}', '<', 5), c('lines[0].sku', '=', 'x')) },
    );
    const [written${n}] = await tables.$transactWrite((tx) => [
      tx.o${n}.create(${item('[]')}),
      tx.o${n}.delete(${key}),
    ]);
    results.push(created${n}.total${n}, got${n}?.labels, found${n}[0]?.total${n}, updated${n}.version, written${n}.status);
  `;
}

/** Prints the measurement; the process fails when it is above the budget. */
async function report(): Promise<void> {
  const measured = await measureInstantiations();
  console.table({
    'imports only': { instantiations: measured.baseline },
    '1 model': { instantiations: measured.oneModel },
    '2 models': { instantiations: measured.twoModels },
    '10 models': { instantiations: measured.tenModels, budget: BUDGET.tenModels },
    'one more model': { instantiations: measured.perModel, budget: BUDGET.perModel },
  });
  if (measured.perModel < BUDGET.perModel && measured.tenModels < BUDGET.tenModels) return;
  console.error('Type-checking has become dearer than its budget.');
  process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) await report();
