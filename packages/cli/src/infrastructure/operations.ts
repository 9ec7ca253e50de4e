import type { PolicyDocument } from '../iam/policy.ts';

/** The operations on items, by the names the metrics have them under. */
export const OPERATIONS = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
  'TransactGetItems',
  'TransactWriteItems',
] as const;

// IAM knows transactions by their parts:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
const TRANSACTIONS = new Map([
  ['GetItem', 'TransactGetItems'],
  ['PutItem', 'TransactWriteItems'],
  ['UpdateItem', 'TransactWriteItems'],
  ['DeleteItem', 'TransactWriteItems'],
  ['ConditionCheckItem', 'TransactWriteItems'],
]);

/** The operations a policy allows, for each table that it allows any on. */
export function tableOperations(policy: PolicyDocument, tables: readonly string[]): Map<string, string[]> {
  const byTable = new Map<string, string[]>();
  for (const table of tables) {
    const actions = policy.Statement.filter(({ Resource }) => Resource.some((arn) => isAbout(arn, table)))
      .flatMap(({ Action }) => Action)
      .map((action) => action.replace(/^dynamodb:/, ''));
    const allowed = new Set(actions.flatMap((action) => [action, TRANSACTIONS.get(action) ?? action]));
    const operations = OPERATIONS.filter((operation) => allowed.has(operation));
    if (operations.length > 0) byTable.set(table, operations);
  }
  return byTable;
}

function isAbout(arn: string, table: string): boolean {
  const [, resource] = arn.split(':table/');
  return resource === table || resource?.startsWith(`${table}/`) === true;
}

/** Whether a policy lets traces be sent. */
export function allowsTracing(policy: PolicyDocument | undefined): boolean {
  return policy?.Statement.some(({ Action }) => Action.includes('xray:PutTraceSegments')) ?? false;
}
