import type { AttributeValue, StoredItem } from './codec/attribute-value.ts';
import { isForeign, validated } from './codec/item-codec.ts';
import { composeText, type KeyCodec, namesOf, refuseEmpty } from './codec/key-codec.ts';
import type { Field } from './codec/object-codec.ts';
import { setOwn } from './codec/plain-object.ts';
import { CodecProblem } from './codec/problem.ts';
import type { QueryInput } from './command/requests.ts';
import type { CompiledIndex, CompiledModel } from './compiled-model.ts';
import type { Comparison, Condition } from './condition.ts';
import { conditionExpression } from './condition-expression.ts';
import { ScanRefusedError } from './errors.ts';
import { Expression } from './expression.ts';
import { projectionExpression, type Selection, selectionOf } from './projection.ts';
import { type ComparisonsOf, matchedFields, operandOf, type SortCondition, sortCondition } from './sort-condition.ts';

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
  /** A scan of several segments at once. */
  readonly parallel?: ParallelScan | undefined;
  /** Only the number of items is wanted. */
  readonly count?: boolean;
}

/** How a parallel scan divides a table. */
export interface ParallelScan {
  /** The number of parts, 1 to 1,000,000. */
  readonly segments: number;
  /** How many of them are read at the same time. */
  readonly concurrency: number;
}

/** A read as DynamoDB will do it. */
export interface QueryPlan {
  readonly operation: 'Query' | 'Scan';
  readonly index: CompiledIndex | undefined;
  /** The request, but for where it starts and how much it reads. */
  readonly params: QueryInput;
  /** What is read of each item; `undefined` for all. */
  readonly selection: Selection | undefined;
  readonly parallel: ParallelScan | undefined;
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
  const comparisonsOf = (property: string): readonly Comparison[] =>
    state.comparisons.filter(({ path }) => path === property);
  const equalTo = ({ property }: Field): Comparison | undefined =>
    state.comparisons.find(({ path, operator }) => path === property && operator === '=');
  const { index, key } = choose(model, state, comparisonsOf, equalTo);
  const expression = new Expression();
  const used = new Set<Comparison>();
  const partition: StoredItem = {};
  const keyTexts: string[] = [];
  const encoded = (field: Field) => {
    const comparison = equalTo(field) as Comparison;
    used.add(comparison);
    return operandOf(field)(comparison.operand);
  };
  if (key.partition.template === undefined) {
    for (const field of key.partition.fields) {
      const value = encoded(field);
      refuseEmpty(field, value);
      setOwn(partition, field.name, value);
    }
  } else {
    const name = key.partition.names[0] as string;
    setOwn<AttributeValue>(partition, name, { S: composeText(key.partition, encoded).key });
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
  const rest =
    // Stryker disable next-line ConditionalExpression: nothing is left over, which takes time to find out.
    used.size === state.comparisons.length ? [] : state.comparisons.filter((comparison) => !used.has(comparison));
  for (const { path } of rest) refuseKeyFilter(model, key, path);
  const filter = filterExpression(model, index, [...rest, ...state.filters], expression);
  const composed = model.key.partition.template !== undefined || model.key.sort?.template !== undefined;
  const checked = sort.accepts !== undefined || composed;
  const { selection, params } = sharedParams(model, state, index, filter, checked, expression);
  params.KeyConditionExpression = keyTexts.join(' AND ');
  return {
    operation: 'Query',
    index,
    params,
    selection,
    parallel: undefined,
    filtered: filter !== undefined || checked,
    accepts: (row) => !isForeign(model, row) && (sort.accepts?.(row) ?? true),
    keyNames: keyNames(model, index),
    partition,
  };
}

function planScan(model: CompiledModel, state: QueryState): QueryPlan {
  const index = state.index === undefined ? undefined : indexNamed(model, state);
  const expression = new Expression();
  const filter = filterExpression(model, index, [...state.comparisons, ...state.filters], expression);
  return {
    operation: 'Scan',
    index,
    ...sharedParams(model, state, index, filter, true, expression),
    parallel: state.parallel,
    filtered: true,
    accepts: (row) => !isForeign(model, row),
    keyNames: keyNames(model, index),
    partition: {},
  };
}

/**
 * The index with all its partition key matched, and of these the one with most of its sort key matched. One that
 * would have to filter on what only the primary key holds is chosen only where all would.
 */
function choose(
  model: CompiledModel,
  state: QueryState,
  comparisonsOf: ComparisonsOf,
  equalTo: (field: Field) => Comparison | undefined,
): Candidate {
  const matched = ({ partition }: KeyCodec): boolean => partition.fields.every((field) => equalTo(field) !== undefined);
  if (state.index !== undefined) {
    const index = indexNamed(model, state);
    if (matched(index)) return { index, key: index };
    const missing = index.partition.fields.filter((field) => equalTo(field) === undefined);
    throw refused(
      model,
      `index ${index.name} needs ${missing.map(({ property }) => `where('${property}', '=', …)`).join(', ')}`,
    );
  }
  const usable: Candidate[] = matched(model.key) ? [{ index: undefined, key: model.key }] : [];
  const narrow: string[] = [];
  for (const index of model.indexes.values()) {
    if ((state.consistent && !index.local) || !matched(index)) continue;
    if (covers(model, index, state)) usable.push({ index, key: index });
    else narrow.push(index.name);
  }
  // Stryker disable next-line ConditionalExpression,EqualityOperator: the only one is the best, which takes time to find out.
  const best = usable.length > 1 ? bestOf(model, state, usable, comparisonsOf) : usable[0];
  if (best !== undefined) return best;
  if (narrow.length > 0) {
    throw refused(
      model,
      `index ${narrow[0]} holds only some attributes: read it with .index('${narrow[0]}'), or select those`,
    );
  }
  const consistently = state.consistent ? ' that has consistent reads, which no global index has' : '';
  throw refused(model, `no partition key${consistently} is matched with "=": name one with where(…), or call scan()`);
}

function bestOf(
  model: CompiledModel,
  { comparisons }: QueryState,
  candidates: readonly Candidate[],
  comparisonsOf: ComparisonsOf,
): Candidate | undefined {
  // Stryker disable next-line ArrayDeclaration: what is no attribute is none of a key either.
  const compared = comparisons.flatMap(({ path }) => model.fieldNamed.get(path) ?? []);
  const notFiltered = compared.filter((field) => model.keyFields.has(field));
  const ranked = candidates.map((candidate) => {
    const { partition, sort } = candidate.key;
    const sorted = sort === undefined ? [] : matchedFields(sort, comparisonsOf);
    const possible = notFiltered.every((field) => partition.fields.includes(field) || sorted.includes(field));
    return { candidate, possible, sorted: sorted.length };
  });
  // A stable sort: the table, then indexes as declared.
  ranked.sort((a, b) => Number(b.possible) - Number(a.possible) || b.sorted - a.sorted);
  // Stryker disable next-line OptionalChaining: there is one; the type needs to be told.
  return ranked[0]?.candidate;
}

function refused(model: CompiledModel, why: string): ScanRefusedError {
  return new ScanRefusedError(`Query of ${model.name}: ${why}`, { operation: 'Query', model: model.name });
}

/** Whether an index holds all that is asked for. */
function covers(
  model: CompiledModel,
  index: CompiledIndex,
  { select, count, comparisons, filters }: QueryState,
): boolean {
  if (index.returns === undefined) return true;
  const wanted = count ? [] : select;
  if (wanted === undefined) return false;
  const paths = [...wanted, ...[...comparisons, ...filters].flatMap(pathsOf)];
  // Stryker disable next-line OptionalChaining: it holds some, as was asked above; the type needs to be told.
  return paths.every((path) => index.returns?.has(attributeOf(model, path)));
}

/** The attribute a path begins with, known or not. */
function attributeOf(model: CompiledModel, path: string): string {
  return model.fieldNamed.has(path) ? path : (path.split(/[.[]/, 1)[0] as string);
}

/** The paths a condition is about. */
function pathsOf(condition: Condition): string[] {
  if (condition.kind === 'comparison') return [condition.path];
  return condition.kind === 'not' ? pathsOf(condition.condition) : condition.conditions.flatMap(pathsOf);
}

function indexNamed(model: CompiledModel, { index: name, consistent }: QueryState): CompiledIndex {
  const index = model.indexes.get(name as string);
  if (index === undefined) {
    throw new CodecProblem('index', `has no index ${name}; it has ${[...model.indexes.keys()].join(', ') || 'none'}`);
  }
  if (consistent && !index.local) {
    throw new CodecProblem('consistent', `global index ${index.name} has no consistent reads`);
  }
  return index;
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
  index: CompiledIndex | undefined,
  conditions: readonly Condition[],
  expression: Expression,
): string | undefined {
  if (conditions.length === 0) return undefined;
  const text = conditionExpression(model, { kind: 'and', conditions }, expression);
  refuseOutside(model, index, conditions.flatMap(pathsOf), 'condition');
  return text;
}

/** @throws CodecProblem when an index does not hold an attribute: a filter on it would match nothing. */
function refuseOutside(
  model: CompiledModel,
  index: CompiledIndex | undefined,
  paths: readonly string[],
  keyword: string,
): void {
  if (index?.returns === undefined) return;
  const outside = paths.find((path) => !index.returns?.has(attributeOf(model, path)));
  if (outside === undefined) return;
  throw new CodecProblem(keyword, `is not in the projection of index ${index.name}`).within(outside);
}

/**
 * What queries and scans have in common.
 *
 * @param checked whether rows are checked after they were read: only others can be counted without reading them.
 */
function sharedParams(
  model: CompiledModel,
  state: QueryState,
  index: CompiledIndex | undefined,
  filter: string | undefined,
  checked: boolean,
  expression: Expression,
): { selection: Selection | undefined; params: QueryInput } {
  const selection = selectionFor(model, state, index);
  const counted = state.count && !checked;
  const projection = selection && !counted && projectionExpression(model, selection, expression, index);
  // Assigned one by one: to spread what may be nothing takes 0.6 µs more, a third of a plan.
  const params: QueryInput = { TableName: model.table };
  if (index !== undefined) params.IndexName = index.name;
  // Stryker disable next-line ConditionalExpression: what is `undefined` is not written into the request.
  if (filter !== undefined) params.FilterExpression = filter;
  if (counted) params.Select = 'COUNT';
  if (projection) params.ProjectionExpression = projection;
  if (state.consistent) params.ConsistentRead = true;
  if (state.descending && !state.scan) params.ScanIndexForward = false;
  return { selection, params: Object.assign(params, expression.params()) };
}

function selectionFor(
  model: CompiledModel,
  { select, count }: QueryState,
  index: CompiledIndex | undefined,
): Selection | undefined {
  if (count) return selectionOf(model, []); // the keys alone: they tell what a row is
  if (select === undefined) return index?.returns && selectionOf(model, [...index.returns]);
  const selection = selectionOf(model, select);
  refuseOutside(model, index, select, 'select');
  return selection;
}

/** Made once: it is asked for with every query. */
const keyNamesOf = new WeakMap<CompiledModel | CompiledIndex, readonly string[]>();

function keyNames(model: CompiledModel, index: CompiledIndex | undefined): readonly string[] {
  const of = index ?? model;
  let names = keyNamesOf.get(of);
  // Stryker disable next-line ConditionalExpression: to make them again takes time, and gives the same.
  if (names === undefined) {
    names = [...new Set([...namesOf(model.key), ...(index === undefined ? [] : namesOf(index))])];
    keyNamesOf.set(of, names);
  }
  return names;
}
