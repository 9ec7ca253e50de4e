import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { UsageError } from '../command.ts';
import { checkPolicy } from './check-policy.ts';
import { readPolicy } from './given-policy.ts';
import type { PolicyDocument } from './policy.ts';

const table = (rest: string): string =>
  `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${rest}`;
const limited = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['T#${aws:PrincipalTag/t}#*'] } };
const needed: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'A', Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: [table('orders')] },
    { Sid: 'B', Effect: 'Allow', Action: ['dynamodb:Query'], Resource: [table('orders/index/byStatus')] },
  ],
};
const tenant: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'A', Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [table('orders')], Condition: limited },
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'tabletheory-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

function check(Statement: unknown, against = needed): string[] {
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify({ Version: '2012-10-17', Statement }));
  return checkPolicy(against, readPolicy(file)).map(({ kind, message }) => `${kind}: ${message}`);
}

const orders = 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders';
const index = `${orders}/index/byStatus`;
const query = { Effect: 'Allow', Action: 'dynamodb:Query', Resource: index };

it('accepts its own policy, and the same in another form', () => {
  expect(check(needed.Statement)).toEqual([]);
  expect(check(tenant.Statement, tenant)).toEqual([]);
  const put = {
    Effect: 'Allow',
    Action: ['DynamoDB:putitem', 'dynamodb:GetItem'],
    Resource: { 'Fn::Sub': table('orders') },
  };
  expect(check([query, put])).toEqual([]);
});

it('leaves statements on other services alone', () => {
  const logs = { Effect: 'Allow', Action: ['logs:*', 's3:GetObject'], Resource: '*' };
  expect(check([...needed.Statement, logs])).toEqual([]);
});

it('names what is missing', () => {
  expect(check([query])).toEqual([
    'missing: dynamodb:GetItem on table/orders is not allowed',
    'missing: dynamodb:PutItem on table/orders is not allowed',
  ]);
  const denied = { Sid: 'No', Effect: 'Deny', Action: 'dynamodb:Put*', Resource: '*' };
  expect(check([...needed.Statement, denied])).toEqual(['missing: dynamodb:PutItem on table/orders is denied by No']);
  const elsewhere = { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: `${orders}2` };
  expect(check([query, elsewhere])).toEqual([
    'missing: dynamodb:GetItem on table/orders is not allowed',
    'missing: dynamodb:PutItem on table/orders is not allowed',
    'wide: statement 2: dynamodb:GetItem, dynamodb:PutItem on table/orders2 is not needed',
  ]);
});

it('takes no policy of another partition, and no Deny of all but something else', () => {
  const placed: PolicyDocument = JSON.parse(JSON.stringify(needed).replaceAll('${AWS::Partition}', 'aws-cn'));
  expect(
    check([query, { ...query, Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: orders }], placed),
  ).toEqual(expect.arrayContaining(['missing: dynamodb:GetItem on table/orders is not allowed']));
  const others = { Sid: 'Else', Effect: 'Deny', NotAction: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: '*' };
  expect(check([...needed.Statement, others])).toEqual(['missing: dynamodb:PutItem on table/orders is denied by Else']);
  const elsewhere = { Sid: 'Away', Effect: 'Deny', Action: 'dynamodb:*', NotResource: [orders, index] };
  expect(check([...needed.Statement, elsewhere])).toEqual([]);
});

it('names what is too wide: actions', () => {
  const all = { Effect: 'Allow', Action: 'dynamodb:*Item', Resource: orders };
  expect(check([query, all])).toEqual([
    'wide: statement 2: dynamodb:*Item also allows dynamodb:BatchGetItem, dynamodb:BatchWriteItem, dynamodb:ConditionCheckItem and 2 more',
  ]);
  const scan = { Sid: 'Scans', Effect: 'Allow', Action: 'dynamodb:Scan', Resource: orders };
  expect(check([...needed.Statement, scan])).toEqual(['wide: Scans: dynamodb:Scan is not needed']);
  const every = { Effect: 'Allow', Action: '*', Resource: '*' };
  expect(check(every)).toEqual([
    expect.stringMatching(/^wide: statement 1: \* also allows dynamodb:AssociateTableReplica.* and \d+ more$/),
    'wide: statement 1: dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query on * is not needed',
  ]);
  const not = { Effect: 'Allow', NotAction: 'dynamodb:DeleteTable', Resource: '*' };
  expect(check([...needed.Statement, not])).toEqual([
    'wide: statement 3: NotAction and NotResource allow all but what they name',
  ]);
});

it('names what is too wide: resources', () => {
  const tables = {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    Resource: orders.replace('orders', '*'),
  };
  expect(check([query, tables])).toEqual([
    'wide: statement 2: dynamodb:GetItem, dynamodb:PutItem on table/* is not needed',
  ]);
  const both = {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    Resource: [orders, index],
  };
  expect(check([both])).toEqual([
    'wide: statement 1: dynamodb:Query on table/orders is not needed',
    'wide: statement 1: dynamodb:GetItem, dynamodb:PutItem on table/orders/index/byStatus is not needed',
  ]);
  expect(check([...needed.Statement, { ...query, Resource: index.replace('eu-west-1:123456789012', '*:*') }])).toEqual([
    'wide: statement 3: table/orders/index/byStatus is open in its region',
    'wide: statement 3: table/orders/index/byStatus is open in its account',
  ]);
  expect(check([...needed.Statement, { ...query, Resource: index.replace('eu-west-1', 'eu-west-?') }])).toEqual([
    'wide: statement 3: table/orders/index/byStatus is open in its region',
  ]);
});

it('compares leading keys', () => {
  const get = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: orders };
  expect(check([get], tenant)).toEqual([
    'wide: statement 1: dynamodb:GetItem on table/orders is not limited by dynamodb:LeadingKeys as it can be',
  ]);
  const other = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'U#*' } };
  expect(check([{ ...get, Condition: other }], tenant)).toEqual([
    'missing: dynamodb:GetItem on table/orders is allowed by statement 1 under another condition only',
    'wide: statement 1: dynamodb:GetItem on table/orders is not limited by dynamodb:LeadingKeys as it can be',
  ]);
  expect(
    check([
      ...needed.Statement.slice(1),
      { ...get, Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Condition: limited },
    ]),
  ).toEqual([
    'missing: dynamodb:GetItem on table/orders is allowed by statement 2 under another condition only',
    'missing: dynamodb:PutItem on table/orders is allowed by statement 2 under another condition only',
  ]);
});

it('reads a policy within an answer of the AWS CLI, and refuses what is none', () => {
  const file = join(folder, 'other.json');
  writeFileSync(file, JSON.stringify({ PolicyVersion: { Document: { Statement: query } } }));
  expect(readPolicy(file)).toMatchObject([{ name: 'statement 1', actions: ['dynamodb:Query'], resources: [index] }]);
  writeFileSync(file, '{}');
  expect(() => readPolicy(file)).toThrow(UsageError);
  writeFileSync(file, JSON.stringify({ Statement: { ...query, Resource: { Ref: 'Table' } } }));
  expect(() => readPolicy(file)).toThrow(/neither text nor Fn::Sub/);
});
