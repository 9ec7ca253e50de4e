import { QueryCommand, type QueryCommandInput, type QueryCommandOutput, ScanCommand } from '@aws-sdk/client-dynamodb';
import { readItem, readPartialItem, type StoredItem } from '../codec/item-codec.ts';
import { CodecProblem, type Problem } from '../codec/problem.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { type CursorScope, decodeCursor, encodeCursor } from '../cursor.ts';
import { DeadlineExceededError, StoredItemInvalidError } from '../errors.ts';
import type { QueryPlan, QueryState } from '../query-plan.ts';
import { plainProblem } from '../read-result.ts';
import { send } from '../send.ts';

/** Some items of a query, and where to go on. */
export interface Page<Item> {
  readonly items: Item[];
  /** Pass it to the same query's `page()`; `undefined` after the last item. */
  readonly cursor: string | undefined;
}

/** What to read. */
export interface ReadRange {
  /** The most items to return; `undefined` for all. */
  readonly limit: number | undefined;
  readonly cursor?: string | undefined;
}

/**
 * Reads items of a planned query, request by request, until there are `limit` or no more.
 *
 * @throws StoredItemInvalidError when a stored item does not fit the model; the error holds the others.
 * @throws DeadlineExceededError when time runs out; the error holds what was read and a cursor.
 */
export async function readPage(
  connection: Connection,
  model: CompiledModel,
  plan: QueryPlan,
  state: QueryState,
  { limit, cursor }: ReadRange,
): Promise<Page<object>> {
  const scope = cursorScope(connection, model, plan);
  const rows: StoredItem[] = [];
  let start = cursor === undefined ? undefined : decodeCursor(scope, cursor);
  let requestLimit = firstRequestLimit(plan, limit);
  for (;;) {
    const output = await fetchRows(connection, model, plan, start, requestLimit).catch((error: unknown) => {
      throw withPartial(error, () => ({
        items: decodeAll(model, plan, state, rows, []),
        cursor: start === undefined ? undefined : encodeCursor(scope, start),
      }));
    });
    for (const row of output.Items ?? []) if (plan.accepts(row)) rows.push(row);
    start = output.LastEvaluatedKey;
    if (limit !== undefined && rows.length >= limit) break;
    if (start === undefined) break;
    // Few rows pass a filter: ask for twice as many each time instead of a request for each.
    if (requestLimit !== undefined) requestLimit = plan.filtered ? requestLimit * 2 : (limit as number) - rows.length;
  }
  const more = start !== undefined || (limit !== undefined && rows.length > limit);
  const kept = limit === undefined ? rows : rows.slice(0, limit);
  const last = rows.length === kept.length ? start : kept.at(-1);
  const problems: Problem[] = [];
  const items = decodeAll(model, plan, state, kept, problems);
  if (problems.length > 0) {
    throw new StoredItemInvalidError(problems, items, { operation: plan.operation, model: model.name });
  }
  return { items, cursor: more && last !== undefined ? encodeCursor(scope, last) : undefined };
}

/** Counts the items of a planned query. */
export async function countItems(connection: Connection, model: CompiledModel, plan: QueryPlan): Promise<number> {
  let count = 0;
  let start: StoredItem | undefined;
  do {
    const output = await fetchRows(connection, model, plan, start, undefined);
    for (const row of output.Items ?? []) if (plan.accepts(row)) count++;
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
  return count;
}

// A first request that reads less than this costs as much as one that reads it: DynamoDB rounds up to 4 KB.
const LEAST_FILTERED = 10;

function firstRequestLimit(plan: QueryPlan, limit: number | undefined): number | undefined {
  if (limit === undefined) return undefined;
  return plan.filtered ? Math.max(limit, LEAST_FILTERED) : limit;
}

async function fetchRows(
  connection: Connection,
  model: CompiledModel,
  plan: QueryPlan,
  start: StoredItem | undefined,
  limit: number | undefined,
): Promise<QueryCommandOutput> {
  const input: QueryCommandInput = {
    ...plan.params,
    ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    ...(limit === undefined ? {} : { Limit: limit }),
  };
  const operation = { name: plan.operation, tables: [model.table], models: [model.name], index: plan.index?.name };
  const Command = plan.operation === 'Query' ? QueryCommand : ScanCommand;
  return send(connection, operation, Command, input, (output: QueryCommandOutput) => output.Items?.length ?? 0);
}

function withPartial(error: unknown, partial: () => { items: object[]; cursor: string | undefined }): unknown {
  if (!(error instanceof DeadlineExceededError)) return error;
  const { operation, model, cause, timeLeft, sent } = error;
  return new DeadlineExceededError({ operation, model, cause, timeLeft, sent, partial: partial() });
}

function decodeAll(
  model: CompiledModel,
  plan: QueryPlan,
  state: QueryState,
  rows: readonly StoredItem[],
  problems: Problem[],
): object[] {
  const selected = state.select ? new Set(state.select) : plan.index?.returns;
  const items: object[] = [];
  for (const row of rows) {
    try {
      items.push(selected === undefined ? readItem(model, row) : readPartialItem(model, row, selected));
    } catch (error) {
      if (!(error instanceof CodecProblem)) throw error;
      problems.push(plainProblem(error));
    }
  }
  return items;
}

function cursorScope(connection: Connection, model: CompiledModel, plan: QueryPlan): CursorScope {
  const { KeyConditionExpression, ScanIndexForward } = plan.params;
  return {
    model: model.name,
    operation: plan.operation,
    keyNames: plan.keyNames,
    partition: plan.partition,
    query: [plan.operation, plan.index?.name, ScanIndexForward, KeyConditionExpression].join(' '),
    secret: connection.cursorSecret,
  };
}
