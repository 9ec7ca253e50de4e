import { defineModel, integer, string } from '@tabletheory/core';
import { expect, it } from 'vitest';
import { policyFor } from './policy.ts';
import type { ItemAction, TableUse } from './table-use.ts';

const partition = { attribute: 'PK', template: 'TENANT#{tenantId}#USER#{userId}' } as const;
const User = defineModel({
  name: 'User',
  table: () => 'app',
  key: { partition, sort: { attribute: 'SK', template: 'PROFILE' } },
  attributes: { tenantId: string(), userId: string(), email: string({ unique: true }) },
  indexes: { byTenant: { partition: 'tenantId', sort: 'userId' }, byEmail: { partition: 'email' } },
});
const Plan = defineModel({
  name: 'Plan',
  table: 'app',
  key: { partition: { attribute: 'PK', template: 'PLAN*{planId}' }, sort: { attribute: 'SK', template: 'INFO' } },
  attributes: { planId: string(), price: integer() },
});
const Event = defineModel({
  name: 'Event',
  table: 'audit-events',
  key: { partition: 'eventId' },
  attributes: { eventId: string(), card: string({ encrypted: true, optional: true }) },
  indexes: { byCard: { partition: 'eventId' }, byOther: { partition: 'eventId' } },
});
const models = { users: User, plans: Plan, events: Event };

function use(action: ItemAction, name: keyof typeof models, index?: string): TableUse {
  const table = name === 'events' ? 'audit-events' : 'app';
  return { action, table, index, models: [name], foundBy: ['source'], places: [] };
}

const arn = (rest: string): string =>
  `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${rest}`;

it('allows each action on its table or index, and nothing else', () => {
  const uses = [
    use('Query', 'users', 'byTenant'),
    use('PutItem', 'users'),
    use('GetItem', 'plans'),
    use('PutItem', 'plans'),
  ];
  expect(policyFor({ models, uses, traces: true })).toEqual({
    policy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AppTable',
          Effect: 'Allow',
          Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
          Resource: [arn('app')],
        },
        { Sid: 'AppIndex', Effect: 'Allow', Action: ['dynamodb:Query'], Resource: [arn('app/index/byTenant')] },
        {
          Sid: 'Traces',
          Effect: 'Allow',
          Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
          Resource: ['*'],
        },
      ],
    },
    notes: [],
  });
});

it('puts indexes that allow the same into one statement', () => {
  const uses = [use('BatchWriteItem', 'events'), use('Query', 'users', 'byEmail'), use('Query', 'users', 'byTenant')];
  const { policy } = policyFor({ models, uses, kmsKey: 'arn:aws:kms:eu-west-1:1:key/k' });
  expect(policy.Statement).toMatchObject([
    { Sid: 'AppIndex', Resource: [arn('app/index/byEmail'), arn('app/index/byTenant')] },
    { Sid: 'AuditEventsTable', Action: ['dynamodb:BatchWriteItem'] },
    {
      Sid: 'EncryptedAttributes',
      Action: ['kms:GenerateDataKey'],
      Resource: ['arn:aws:kms:eu-west-1:1:key/k'],
    },
  ]);
});

it('limits a tenants’ table by its leading keys, and says where it cannot', () => {
  const uses = [
    use('PutItem', 'users'),
    use('GetItem', 'plans'),
    use('GetItem', 'users'),
    use('Query', 'users', 'byTenant'),
    use('Query', 'users', 'byEmail'),
    use('Scan', 'plans'),
    use('GetItem', 'events'),
  ];
  const leadingKeys = { tenantId: '${aws:PrincipalTag/tenant}' };
  const { policy, notes } = policyFor({ models, uses, leadingKeys, kmsKey: 'key' });
  const own = 'TENANT#${aws:PrincipalTag/tenant}#USER#*';
  expect(policy.Statement.map(({ Sid, Action, Condition }) => [Sid, Action, Condition] as const).slice(0, 6)).toEqual([
    ['AppTable', ['dynamodb:GetItem'], { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['PLAN${*}*'] } }],
    ['AppTable2', ['dynamodb:GetItem'], { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [own] } }],
    [
      'AppTable3',
      ['dynamodb:PutItem'],
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [own, 'tabletheory#unique#User#*'] } },
    ],
    ['AppTable4', ['dynamodb:Scan'], undefined],
    ['AppIndex', ['dynamodb:Query'], undefined],
    [
      'AppIndex2',
      ['dynamodb:Query'],
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/tenant}'] } },
    ],
  ]);
  expect(notes).toEqual([
    'Scan of table app is not limited by dynamodb:LeadingKeys: it reads every partition.',
    "Query of index byEmail of table app is not limited by dynamodb:LeadingKeys: no model's partition there has tenantId in it.",
  ]);
});

it('allows the key of encrypted attributes for what is done, and asks for it', () => {
  const uses = [use('UpdateItem', 'events')];
  const { policy } = policyFor({ models, uses, kmsKey: 'key' });
  expect(policy.Statement.at(-1)?.Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
  expect(policyFor({ models, uses: [use('Query', 'events')], kmsKey: 'key' }).policy.Statement.at(-1)?.Action).toEqual([
    'kms:Decrypt',
  ]);
  expect(() => policyFor({ models, uses })).toThrow(/Event has encrypted attributes \(card\).*--kms-key/);
  expect(policyFor({ models, uses: [use('GetItem', 'users')] }).policy.Statement).toHaveLength(1);
});

it('lets earlier keys of encrypted attributes decrypt only, and only where something is read', () => {
  const kmsKey = [
    'arn:aws:kms:eu-west-1:1:key/new',
    'arn:aws:kms:eu-west-1:1:key/old',
    'arn:aws:kms:eu-west-1:1:key/new',
  ];
  const { policy } = policyFor({ models, uses: [use('UpdateItem', 'events')], kmsKey });
  expect(policy.Statement.slice(1)).toEqual([
    {
      Sid: 'EncryptedAttributes',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: ['arn:aws:kms:eu-west-1:1:key/new'],
    },
    {
      Sid: 'EncryptedBefore',
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      Resource: ['arn:aws:kms:eu-west-1:1:key/old'],
    },
  ]);
  const { policy: ofWrites } = policyFor({ models, uses: [use('BatchWriteItem', 'events')], kmsKey });
  expect(ofWrites.Statement.slice(1)).toMatchObject([{ Action: ['kms:GenerateDataKey'], Resource: [kmsKey[0]] }]);
  const uses = [use('GetItem', 'events')];
  for (const none of [[], ['key', '']]) expect(() => policyFor({ models, uses, kmsKey: none })).toThrow(/--kms-key/);
});

it('takes a table that a model names by its ARN as that table', () => {
  const table = 'arn:aws:dynamodb:eu-west-1:123456789012:table/audit-events';
  const Shared = defineModel({ ...Event, table });
  const uses = [use('GetItem', 'events'), use('Query', 'events', 'byCard')];
  const { policy } = policyFor({ models: { events: Shared }, uses, kmsKey: 'key' });
  expect(policy.Statement.slice(0, 2)).toMatchObject([
    { Sid: 'AuditEventsTable', Resource: [table] },
    { Sid: 'AuditEventsIndex', Resource: [`${table}/index/byCard`] },
  ]);
});

it.each(['arn:aws:kms:eu-west-1:123456789012:alias/cards', 'alias/cards'])(
  'refuses the alias %s of a key, which IAM knows as no resource of these actions',
  (alias) => {
    const uses = [use('GetItem', 'events')];
    for (const kmsKey of [alias, ['key', alias]]) {
      expect(() => policyFor({ models, uses, kmsKey })).toThrow(`${alias} is an alias`);
    }
  },
);
