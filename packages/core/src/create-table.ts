import type { Client } from './command/client.ts';
import { RequestRefusedError } from './errors.ts';
import type { AnyModel } from './model.ts';
import type { StreamView } from './streams.ts';
import { type ChangingTable, changeTables, sendFor, type TableWait, unlessInUse, untilTable } from './table-status.ts';
import type { Models } from './table-types.ts';

/** Options of {@link createTable}. */
export interface CreateTableOptions extends TableWait {
  /** Gives a new table a stream with these images. */
  readonly stream?: StreamView | undefined;
}

const CREATE = 'CreateTable';

/**
 * Creates the table of a model, or the tables of several, waits until each can be used, and switches its time to live
 * on. A table that exists already is left as it is, but for its time to live. Meant for development, tests and
 * scripts; deployed tables are better described to CloudFormation.
 *
 * Models that share a table must be given together: it gets the indexes of them all.
 *
 * It needs the permissions `dynamodb:DescribeTable` and `dynamodb:CreateTable`; for a model with `ttl()`,
 * `dynamodb:UpdateTimeToLive` and `dynamodb:DescribeTimeToLive` as well.
 *
 * @throws TypeError when models share a table but disagree on it.
 * @throws DeadlineExceededError when `signal` aborts, or `maxWait` has passed.
 * @throws RequestRefusedError when DynamoDB refuses the definition, or the table's items expire by another attribute.
 *
 * @example
 * await createTable(client, { orders: Order, customers: Customer }, { stream: 'NEW_AND_OLD_IMAGES' });
 */
export function createTable(
  client: Client,
  models: AnyModel | Models,
  options: CreateTableOptions = {},
): Promise<void> {
  const { stream } = options;
  const withStream =
    stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } };
  return changeTables(client, models, options, async (table) => {
    const { create, timeToLive } = table.definition;
    await untilTable(table, CREATE, async (status) => {
      if (status === undefined) {
        await unlessInUse(sendFor(table, CREATE, { ...create, ...withStream }));
      }
      return status === 'ACTIVE';
    });
    if (timeToLive !== undefined) await switchTimeToLiveOn(table, timeToLive);
  });
}

async function switchTimeToLiveOn(table: ChangingTable, AttributeName: string): Promise<void> {
  const input = { TableName: table.name, TimeToLiveSpecification: { AttributeName, Enabled: true } };
  try {
    await sendFor(table, 'UpdateTimeToLive', input);
  } catch (error) {
    // DynamoDB refuses to switch on what is on already.
    if (!(error instanceof RequestRefusedError) || !(await expiresBy(table, AttributeName))) throw error;
  }
}

interface TimeToLive {
  readonly TimeToLiveStatus?: string;
  readonly AttributeName?: string;
}

async function expiresBy(table: ChangingTable, attribute: string): Promise<boolean> {
  const { TimeToLiveDescription: now } = await sendFor<{ TimeToLiveDescription?: TimeToLive }>(
    table,
    'DescribeTimeToLive',
    {
      TableName: table.name,
    },
  );
  const isOn = now?.TimeToLiveStatus === 'ENABLED' || now?.TimeToLiveStatus === 'ENABLING';
  return isOn && now.AttributeName === attribute;
}
