import type { AttributeValue } from './codec/attribute-value.ts';
import type { QueryInput } from './command/requests.ts';
import type { CompiledModel } from './compiled-model.ts';
import { ScanRefusedError, ValidationFailedError } from './errors.ts';
import { planQuery, type QueryPlan, type QueryState } from './query-plan.ts';

/** How a query would be read. It holds names, and never a value: `?` stands for each. */
export interface ExplainedPlan {
  readonly refused?: undefined;
  /** The operation: a `Scan` reads the whole table or index. */
  readonly operation: 'Query' | 'Scan';
  readonly table: string;
  /** The index that is read; `undefined` for the table itself. */
  readonly index: string | undefined;
  readonly scans: boolean;
  /** How many segments a parallel scan reads; `undefined` when it is none. */
  readonly segments: number | undefined;
  /** What is read, and paid for: `customerId = ? AND begins_with(orderId, ?)`. */
  readonly keyCondition: string | undefined;
  /** What is dropped of it by DynamoDB. */
  readonly filter: string | undefined;
  /** What is returned of each item, keys included; `undefined` for all. */
  readonly projection: readonly string[] | undefined;
  readonly descending: boolean;
  readonly consistent: boolean;
  /** The read units it takes. */
  readonly capacity: string;
  /** The request, with `?` for values. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** Why a query would not be read. */
export interface ExplainedRefusal {
  /** The error's message: no value is in it. */
  readonly refused: string;
}

/** What `explain` returns. */
export type Explanation = ExplainedPlan | ExplainedRefusal;

/** Explains a query without sending anything. */
export function explainQuery(model: CompiledModel, state: QueryState): Explanation {
  try {
    return explainPlan(planQuery(model, state));
  } catch (error) {
    if (error instanceof ScanRefusedError || error instanceof ValidationFailedError) return { refused: error.message };
    throw error;
  }
}

function explainPlan({ operation, index, params, parallel }: QueryPlan): ExplainedPlan {
  const { TableName, KeyConditionExpression, FilterExpression, ProjectionExpression } = params;
  const consistent = params.ConsistentRead === true;
  const named = (text: string | undefined): string | undefined => text && withNames(text, params);
  return {
    operation,
    table: TableName as string,
    index: index?.name,
    scans: operation === 'Scan',
    segments: parallel?.segments,
    keyCondition: named(KeyConditionExpression),
    filter: named(FilterExpression),
    projection: ProjectionExpression?.split(', ').map((path) => withNames(path, params)),
    descending: params.ScanIndexForward === false,
    consistent,
    capacity: capacityOf(consistent),
    request: redacted(params),
  };
}

/** An expression with its names, and `?` for its values. */
function withNames(text: string, { ExpressionAttributeNames: names = {} }: QueryInput): string {
  return text.replace(/[#:]\d+/g, (placeholder) => names[placeholder] ?? '?');
}

function redacted({ ExpressionAttributeValues: values, ...params }: QueryInput): Record<string, unknown> {
  if (values === undefined) return { ...params };
  const hidden = Object.entries(values).map(([placeholder, value]) => [placeholder, hiddenValue(value)]);
  return { ...params, ExpressionAttributeValues: Object.fromEntries(hidden) };
}

/** A value's type, with `?` in the value's place. */
function hiddenValue(value: AttributeValue): object {
  return Object.fromEntries(Object.keys(value).map((type) => [type, '?']));
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
function capacityOf(consistent: boolean): string {
  const read = consistent ? 'strongly consistent: 1 read unit' : 'eventually consistent: 0.5 read unit';
  return `${read} per 4 KB read, also for what a filter drops or a projection leaves out`;
}
