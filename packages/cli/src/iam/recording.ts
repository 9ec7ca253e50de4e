import { UsageError } from '../command.ts';
import { readText } from '../read-text.ts';
import { nameOfTable } from '../table-name.ts';
import { ITEM_ACTIONS, type ItemAction } from './table-use.ts';

/** One line of a recording: an action on items, or another operation of DynamoDB. */
export type RecordedUse =
  | { readonly action: ItemAction; readonly table: string; readonly index?: string }
  | { readonly operation: string };

/**
 * What a recording holds.
 *
 * @throws UsageError when it cannot be read, or is no recording.
 */
export function readRecording(file: string): RecordedUse[] {
  return readText(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => {
      const use = parsed(line);
      if (use === undefined) throw new UsageError(`${file}:${i + 1} is no line of a recording.`);
      return use;
    });
}

function parsed(line: string): RecordedUse | undefined {
  let use: any;
  try {
    use = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof use?.operation === 'string') return { operation: use.operation };
  if (!ITEM_ACTIONS.includes(use?.action) || typeof use.table !== 'string') return undefined;
  return { action: use.action, table: use.table, ...(typeof use.index === 'string' ? { index: use.index } : {}) };
}

/** The actions of a request, as IAM has them: those of a transaction's parts. */
export function requestUses(operation: string, request: any): RecordedUse[] {
  if (operation === 'TransactWriteItems') {
    return request.TransactItems.flatMap((part: Record<string, { TableName: string }>) =>
      Object.entries(part).map(([kind, { TableName }]) => ({ action: PARTS[kind], table: nameOfTable(TableName) })),
    );
  }
  if (operation === 'TransactGetItems') {
    return request.TransactItems.map(({ Get }: any) => ({ action: 'GetItem', table: nameOfTable(Get.TableName) }));
  }
  if (!ITEM_ACTIONS.includes(operation as ItemAction)) return [{ operation }];
  const action = operation as ItemAction;
  if (request.RequestItems !== undefined) {
    return Object.keys(request.RequestItems).map((name) => ({ action, table: nameOfTable(name) }));
  }
  const index = request.IndexName === undefined ? {} : { index: request.IndexName };
  return [{ action, table: nameOfTable(request.TableName), ...index }];
}

const PARTS: Readonly<Record<string, ItemAction>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};
