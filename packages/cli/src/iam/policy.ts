import type { Models } from '@tabletheory/core';
import { logicalId } from '../logical-id.ts';
import { tableOf } from '../table-name.ts';
import { isKeyAlias } from './key-alias.ts';
import { leadingKeys } from './leading-keys.ts';
import { encryptedAttributes } from './model-actions.ts';
import { type ItemAction, type TableUse, tableNameOf } from './table-use.ts';

/** An IAM policy. ARNs have CloudFormation's `${AWS::Partition}`, `${AWS::Region}` and `${AWS::AccountId}` in them. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: PolicyCondition;
}

/** Operators, with the keys they compare and the values these may have. */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What a policy is made of. */
export interface PolicyInput {
  readonly models: Models;
  readonly uses: readonly TableUse[];
  /** See `IamConfig`. */
  readonly leadingKeys?: Readonly<Record<string, string>> | undefined;
  /** See `IamConfig`. */
  readonly kmsKey?: string | readonly string[] | undefined;
  /** Whether traces are sent to X-Ray. */
  readonly traces?: boolean | undefined;
}

/** A policy, and what its reader should know. */
export interface PolicyResult {
  readonly policy: PolicyDocument;
  readonly notes: readonly string[];
}

/**
 * The policy that allows the given uses of tables, and nothing else.
 *
 * @throws TypeError when encrypted attributes are used, and no KMS key is given or by an alias.
 */
export function policyFor(input: PolicyInput): PolicyResult {
  const notes = new Set<string>();
  const statements = [
    ...tableStatements(input, notes),
    ...encryptionStatements(input),
    ...(input.traces ? [TRACES] : []),
  ];
  return { policy: { Version: '2012-10-17', Statement: withUniqueSids(statements) }, notes: [...notes] };
}

/** The ARN of a table or index, of a table by its name or ARN. */
export function tableArn(table: string, index?: string): string {
  const own = `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${table}`;
  const arn = table.startsWith('arn:') ? table : own;
  return index === undefined ? arn : `${arn}/index/${index}`;
}

/** What is allowed on one table or index under one condition. */
interface Grant {
  readonly table: string;
  readonly index: string | undefined;
  readonly condition: PolicyCondition | undefined;
  readonly actions: ItemAction[];
}

function tableStatements(input: PolicyInput, notes: Set<string>): PolicyStatement[] {
  // A table of another account or region is named by its ARN.
  const given = new Map(Object.values(input.models).map((model) => [tableNameOf(model), tableOf(model)]));
  const grants = new Map<string, Grant>();
  const inOrder = [...input.uses].sort((a, b) => compare(orderOf(a), orderOf(b)));
  for (const use of inOrder) {
    const { action, table, index } = use;
    const { patterns, note } = leadingKeys(use, input.models, input.leadingKeys ?? {});
    if (note !== undefined) notes.add(note);
    const condition = patterns && conditionOf(patterns);
    const key = JSON.stringify([table, index, condition]);
    const grant = grants.get(key);
    if (grant === undefined) grants.set(key, { table, index, condition, actions: [action] });
    else if (!grant.actions.includes(action)) grant.actions.push(action);
  }
  // Indexes of a table that allow the same share a statement.
  const shared = Map.groupBy(grants.values(), ({ table, index, condition, actions }) =>
    JSON.stringify([table, index !== undefined, condition, actions]),
  );
  return [...shared.values()].map((group) => {
    const [{ table, index, condition, actions }] = group as [Grant];
    return {
      Sid: logicalId(table) + (index === undefined ? 'Table' : 'Index'),
      Effect: 'Allow',
      Action: actions.map((action) => `dynamodb:${action}`),
      Resource: group.map((grant) => tableArn(given.get(table) ?? table, grant.index)),
      ...(condition === undefined ? {} : { Condition: condition }),
    };
  });
}

function orderOf({ table, index = '', action }: TableUse): string {
  return [table, index, action].join(' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function conditionOf(patterns: readonly string[]): PolicyCondition {
  const open = patterns.some((pattern) => /[*?]/.test(pattern.replaceAll(/\$\{[^}]*\}/g, '')));
  return { [open ? 'ForAllValues:StringLike' : 'ForAllValues:StringEquals']: { 'dynamodb:LeadingKeys': patterns } };
}

const ENCRYPTS = new Set<ItemAction>(['PutItem', 'UpdateItem', 'BatchWriteItem']);

// Writes return items too: what was there, or what stood in the way. Only a batch of writes does not.
const ONLY_WRITES = new Set<ItemAction>(['BatchWriteItem']);

function encryptionStatements({ models, uses, kmsKey }: PolicyInput): PolicyStatement[] {
  const encrypted = Object.entries(models).filter(([, model]) => encryptedAttributes(model).length > 0);
  const about = uses.filter((use) => encrypted.some(([name]) => use.models.includes(name)));
  const [first] = about;
  if (first === undefined) return [];
  const keys = new Set([kmsKey ?? []].flat());
  const alias = [...keys].find(isKeyAlias);
  if (alias !== undefined) {
    throw new TypeError(`${alias} is an alias, which IAM does not take for a key: name the ARN of its key.`);
  }
  const [present, ...earlier] = keys;
  if (present === undefined || keys.has('')) {
    const [, model] = encrypted.find(([name]) => first.models.includes(name)) as (typeof encrypted)[number];
    throw new TypeError(
      `${model.name} has encrypted attributes (${encryptedAttributes(model).join(', ')}): name the ARN of their KMS key ` +
        'with --kms-key, or as iam.kmsKey in the configuration.',
    );
  }
  const decrypt = about.some(({ action }) => !ONLY_WRITES.has(action)) ? ['kms:Decrypt'] : [];
  const encrypt = about.some(({ action }) => ENCRYPTS.has(action)) ? ['kms:GenerateDataKey'] : [];
  const statement = { Sid: 'EncryptedAttributes', Effect: 'Allow', Action: [...decrypt, ...encrypt] } as const;
  return [
    { ...statement, Resource: [present] },
    ...(decrypt.length > 0 && earlier.length > 0
      ? [{ ...statement, Sid: 'EncryptedBefore', Action: decrypt, Resource: earlier }]
      : []),
  ];
}

/**
 * What lets traces be sent. Neither action has resources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
export const TRACES: PolicyStatement = {
  Sid: 'Traces',
  Effect: 'Allow',
  Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  Resource: ['*'],
};

function withUniqueSids(statements: readonly PolicyStatement[]): PolicyStatement[] {
  const counts = new Map<string, number>();
  return statements.map((statement) => {
    const count = (counts.get(statement.Sid) ?? 0) + 1;
    counts.set(statement.Sid, count);
    return count === 1 ? statement : { ...statement, Sid: `${statement.Sid}${count}` };
  });
}
