import type { Client } from './command/client.ts';
import type { AnyModel } from './model.ts';
import { changeTables, sendFor, type TableWait, unlessInUse, untilTable } from './table-status.ts';
import type { Models } from './table-types.ts';

const DELETE = 'DeleteTable';

/**
 * Deletes the table of a model, or the tables of several, **with everything in it**, and waits until each is gone.
 * A table that does not exist is fine. A table goes with the items of all models that share it.
 *
 * It needs the permissions `dynamodb:DescribeTable` and `dynamodb:DeleteTable`.
 *
 * @throws DeadlineExceededError when `signal` aborts, or `maxWait` has passed.
 * @throws RequestRefusedError when the table is protected from deletion.
 *
 * @example
 * await deleteTable(client, Order);
 */
export function deleteTable(client: Client, models: AnyModel | Models, options: TableWait = {}): Promise<void> {
  return changeTables(client, models, options, (table) =>
    untilTable(table, DELETE, async (status) => {
      if (status === undefined) return true;
      if (status !== 'DELETING') {
        await unlessInUse(sendFor(table, DELETE, { TableName: table.name }));
      }
      return false;
    }),
  );
}
