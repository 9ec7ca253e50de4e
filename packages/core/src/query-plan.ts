import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { isForeign, type StoredItem, validated } from './codec/item-codec.ts';
import { composeText, type KeyCodec, namesOf, partsOf } from './codec/key-codec.ts';
import type { Field } from './codec/object-codec.ts';
import { CodecProblem } from './codec/problem.ts';
import type { CompiledIndex, CompiledModel } from './compiled-model.ts';
import type { Comparison, Condition } from './condition.ts';
import { conditionExpression } from './condition-expression.ts';
import { ScanRefusedError } from './errors.ts';
import { Expression } from './expression.ts';
import { projectionExpression } from './projection.ts';
import { type SortCondition, sortCondition, usableAsSort } from './sort-condition.ts';

/** A read as the caller described it. */
export interface QueryState {
  readonly comparisons: readonly Comparison[];
  readonly filters: readonly Condition[];
  readonly index?: string;
  readonly select?: readonly string[];
  readonly limit?: number;
  readonly descending?: boolean;
  readonly consistent?: boolean;
  readonly scan?: boolean;
}

/** A read as DynamoDB will do it. */
export interface QueryPlan {
  readonly operation: 'Query' | 'Scan';
  readonly index: CompiledIndex | undefined;
  /** The request, but for where it starts and how much it reads. */
  readonly params: QueryCommandInput;
  /** Whether DynamoDB, or `accepts`, may drop rows that were read. */
  readonly filtered: boolean;
  /** Whether a row belongs to the result. */
  readonly accepts: (row: StoredItem) => boolean;
  /** The attributes DynamoDB starts a page from. */
  readonly keyNames: readonly string[];
  /** The partition that is read; empty for a scan. */
  readonly partition: StoredItem;
}

/**
 * Plans a read: which index, which comparisons as key condition and which as filter. The order in which the caller
 * wrote them does not matter.
 *
 * @throws ScanRefusedError when no partition key is named and `scan()` was not asked for.
 * @throws ValidationFailedError when an attribute, index or operand is not possible.
 */
export function planQuery(model: CompiledModel, state: QueryState): QueryPlan {
  const operation = state.scan ? 'Scan' : 'Query';
  return validated(model, operation, () => (state.scan ? planScan(model, state) : planKeyed(model, state)));
}

interface Candidate {
  readonly index: CompiledIndex | undefined;
  readonly key: KeyCodec;
}

function planKeyed(model: CompiledModel, state: QueryState): QueryPlan {
  const byProperty = Map.groupBy(state.comparisons, ({ path }) => path);
  const comparisonsOf = (property: string): readonly Comparison[] => byProperty.get(property) ?? [];
  const equalTo = (field: Field): Comparison | undefined =>
    comparisonsOf(field.property).find(({ operator }) => operator === '=');
  const { index, key } = choose(model, state, comparisonsOf, equalTo);
  const expression = new Expression();
  const used = new Set<Comparison>();
  const partition: StoredItem = {};
  const keyTexts: string[] = [];
  const encoded = (field: Field) => {
    const comparison = equalTo(field) as Comparison;
    used.add(comparison);
    return field.codec.operand(comparison.operand);
  };
  if (key.partition.template === undefined) {
    for (const field of key.partition.fields) partition[field.name] = encoded(field);
  } else {
    partition[key.partition.names[0] as string] = { S: composeText(key.partition, encoded).key };
  }
  for (const [name, value] of Object.entries(partition)) {
    keyTexts.push(`${expression.name(name)} = ${expression.value(value)}`);
  }
  let sort: SortCondition = { text: undefined };
  if (key.sort !== undefined) {
    const use = (property: string): void => {
      for (const comparison of comparisonsOf(property)) used.add(comparison);
    };
    sort = sortCondition(key.sort, comparisonsOf, use, expression);
    if (sort.text !== undefined) keyTexts.push(sort.text);
  }
  const rest = state.comparisons.filter((comparison) => !used.has(comparison));
  for (const { path } of rest) refuseKeyFilter(model, key, path);
  const filter = filterExpression(model, [...rest, ...state.filters], expression);
  const composed = partsOf(model.key).some((part) => part.template !== undefined);
  return {
    operation: 'Query',
    index,
    params: {
      KeyConditionExpression: keyTexts.join(' AND '),
      ...(state.descending ? { ScanIndexForward: false } : {}),
      ...sharedParams(model, state, index, filter, expression),
    },
    filtered: filter !== undefined || sort.accepts !== undefined || composed,
    accepts: (row) => !isForeign(model, row) && (sort.accepts?.(row) ?? true),
    keyNames: keyNames(model, index),
    partition,
  };
}

function planScan(model: CompiledModel, state: QueryState): QueryPlan {
  const index = state.index === undefined ? undefined : indexNamed(model, state.index);
  const expression = new Expression();
  const filter = filterExpression(model, [...state.comparisons, ...state.filters], expression);
  return {
    operation: 'Scan',
    index,
    params: sharedParams(model, state, index, filter, expression),
    filtered: true,
    accepts: (row) => !isForeign(model, row),
    keyNames: keyNames(model, index),
    partition: {},
  };
}

/** The index with all its partition key matched, and of these the one with most of its sort key matched. */
function choose(
  model: CompiledModel,
  state: QueryState,
  comparisonsOf: (property: string) => readonly Comparison[],
  equalTo: (field: Field) => Comparison | undefined,
): Candidate {
  const matched = ({ partition }: KeyCodec): boolean => partition.fields.every((field) => equalTo(field) !== undefined);
  if (state.index !== undefined) {
    const index = indexNamed(model, state.index);
    if (state.consistent && !index.local) {
      throw new CodecProblem('consistent', `global index ${index.name} has no consistent reads`);
    }
    if (matched(index)) return { index, key: index };
    const missing = index.partition.fields.filter((field) => equalTo(field) === undefined);
    throw refused(
      model,
      `index ${index.name} needs ${missing.map(({ property }) => `where('${property}', '=', …)`).join(', ')}`,
    );
  }
  const candidates: Candidate[] = [{ index: undefined, key: model.key }];
  const narrow: string[] = [];
  for (const index of model.indexes.values()) {
    if (state.consistent && !index.local) continue;
    if (covers(index, state.select)) candidates.push({ index, key: index });
    else if (matched(index)) narrow.push(index.name);
  }
  const usable = candidates.filter(({ key }) => matched(key));
  const score = ({ key }: Candidate): number => {
    const fields = key.sort?.fields ?? [];
    const gap = fields.findIndex((field) => !usableAsSort(comparisonsOf(field.property)));
    return gap === -1 ? fields.length : gap;
  };
  const [best] = usable.sort((a, b) => score(b) - score(a)); // a stable sort: the table, then indexes as declared
  if (best !== undefined) return best;
  if (narrow.length > 0) {
    throw refused(
      model,
      `index ${narrow[0]} holds only some attributes: read it with .index('${narrow[0]}'), or select those`,
    );
  }
  throw refused(model, 'no partition key is matched with "=": name one with where(…), or call scan()');
}

function refused(model: CompiledModel, why: string): ScanRefusedError {
  return new ScanRefusedError(`Query of ${model.name}: ${why}`, { operation: 'Query', model: model.name });
}

function covers(index: CompiledIndex, select: readonly string[] | undefined): boolean {
  if (index.returns === undefined) return true;
  return select?.every((property) => index.returns?.has(property)) ?? false;
}

function indexNamed(model: CompiledModel, name: string): CompiledIndex {
  const index = model.indexes.get(name);
  if (index !== undefined) return index;
  throw new CodecProblem('index', `has no index ${name}; it has ${[...model.indexes.keys()].join(', ') || 'none'}`);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html: a filter cannot
// contain attributes of the key that is queried.
function refuseKeyFilter(model: CompiledModel, key: KeyCodec, path: string): void {
  const field = model.fieldNamed.get(path);
  if (field === undefined || !namesOf(key).includes(field.name)) return;
  throw new CodecProblem('condition', 'is a key of this query and cannot be filtered on with this operator').within(
    path,
  );
}

function filterExpression(
  model: CompiledModel,
  conditions: readonly Condition[],
  expression: Expression,
): string | undefined {
  return conditions.length === 0 ? undefined : conditionExpression(model, { kind: 'and', conditions }, expression);
}

function sharedParams(
  model: CompiledModel,
  state: QueryState,
  index: CompiledIndex | undefined,
  filter: string | undefined,
  expression: Expression,
): QueryCommandInput {
  const selected = state.select ?? (index?.returns === undefined ? undefined : [...index.returns]);
  const projection = selected && projectionExpression(model, selected, expression, index);
  return {
    TableName: model.table,
    ...(index === undefined ? {} : { IndexName: index.name }),
    ...(filter === undefined ? {} : { FilterExpression: filter }),
    ...(projection === undefined ? {} : { ProjectionExpression: projection }),
    ...(state.consistent ? { ConsistentRead: true } : {}),
    ...expression.params(),
  };
}

function keyNames(model: CompiledModel, index: CompiledIndex | undefined): string[] {
  return [...new Set([...namesOf(model.key), ...(index === undefined ? [] : namesOf(index))])];
}
