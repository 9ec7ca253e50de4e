import { waitInTime } from './backoff.ts';
import type { Client } from './command/client.ts';
import { compileModel } from './compiled-model.ts';
import type { Connection } from './connection.ts';
import { DeadlineExceededError, RequestRefusedError, TableNotFoundError } from './errors.ts';
import type { AnyModel } from './model.ts';
import { send } from './send.ts';
import { type TableDefinition, tableDefinitions } from './table-definition.ts';
import type { Models } from './table-types.ts';

/** How long to wait for a table. */
export interface TableWait {
  /** Stops the wait, and the request being sent, when it aborts. What DynamoDB has begun goes on. */
  readonly signal?: AbortSignal | undefined;
  /** The longest to wait, in milliseconds. Default 120,000. */
  readonly maxWait?: number | undefined;
}

const MAX_WAIT_MS = 120_000;
// A local engine is ready at once, DynamoDB after some seconds; and it limits how often tables may be described.
const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 2_000;

/** A table that is being created or deleted. */
export interface ChangingTable {
  readonly name: string;
  /** The models it is for, by name. */
  readonly models: readonly string[];
  readonly definition: TableDefinition;
  readonly connection: Connection;
}

/** Changes the tables of one model or several, all at once. One that fails ends the wait for the others. */
export async function changeTables(
  client: Client,
  models: AnyModel | Models,
  { signal, maxWait = MAX_WAIT_MS }: TableWait,
  change: (table: ChangingTable) => Promise<void>,
): Promise<void> {
  const given: Models = isModel(models) ? { [models.name]: models } : models;
  const definitions = tableDefinitions(given);
  const over = new AbortController();
  const ends = [over.signal, AbortSignal.timeout(maxWait), ...(signal === undefined ? [] : [signal])];
  const connection = { client, binding: { signal: AbortSignal.any(ends) } };
  try {
    await Promise.all(
      definitions.map((definition) => {
        const name = definition.create.TableName as string;
        return change({ name, models: namesOfModels(given, name), definition, connection });
      }),
    );
  } finally {
    over.abort();
  }
}

// A set may have a model under any name: only a model's own `name` is a string.
function isModel(models: AnyModel | Models): models is AnyModel {
  return typeof models.name === 'string';
}

function namesOfModels(models: Models, table: string): string[] {
  const compiled = Object.values(models).map((model) => compileModel(model as AnyModel));
  return compiled.filter((model) => model.table === table).map(({ name }) => name);
}

/** Sends one request about a table. */
export function sendFor<Output>(
  { name, models, connection }: ChangingTable,
  operation: string,
  input: object,
): Promise<Output> {
  return send<Output>(connection, { name: operation, tables: [name], models }, input, () => 0);
}

/** DynamoDB's status of a table; `undefined` when there is no such table. */
async function statusOf(table: ChangingTable): Promise<string | undefined> {
  try {
    const { Table } = await sendFor<{ Table?: { TableStatus?: string } }>(table, 'DescribeTable', {
      TableName: table.name,
    });
    return Table?.TableStatus;
  } catch (error) {
    if (error instanceof TableNotFoundError) return undefined;
    throw error;
  }
}

/**
 * Acts on a table until it is as it should be, asking DynamoDB in growing intervals.
 *
 * @param operation what the wait is for, to name in the error.
 * @param act takes one step from the status the table has; it returns whether that is the status to reach.
 * @throws DeadlineExceededError when the wait is over first.
 */
export async function untilTable(
  table: ChangingTable,
  operation: string,
  act: (status: string | undefined) => Promise<boolean>,
): Promise<void> {
  const { binding } = table.connection;
  const details = { operation, model: table.models.join(', '), timeLeft: undefined, sent: true };
  for (let delay = FIRST_POLL_MS; ; delay = Math.min(2 * delay, LAST_POLL_MS)) {
    if (await act(await statusOf(table))) return;
    await waitInTime(delay, binding).catch((cause) => {
      throw new DeadlineExceededError({ ...details, cause });
    });
  }
}

/** Waits for a request, and takes it for done when the table is there already or is just being changed. */
export async function unlessInUse(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    const cause = error instanceof RequestRefusedError ? (error.cause as Error) : undefined;
    if (cause?.name !== 'ResourceInUseException') throw error;
  }
}
