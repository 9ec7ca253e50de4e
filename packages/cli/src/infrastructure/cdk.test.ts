import { defineModel, string } from '@tabletheory/core';
import { expect, it } from 'vitest';
import { cdkConstruct } from './cdk.ts';
import { cloudFormationTemplate } from './cloudformation.ts';
import { describeInfrastructure } from './describe.ts';
import { terraformConfiguration } from './terraform.ts';
import { config, policy } from './test-config.ts';

const infrastructure = describeInfrastructure(config, { orders: policy });

it('a construct has the resources, their references and policies of removal', async () => {
  await expect(cdkConstruct(cloudFormationTemplate(infrastructure), 'ShopInfrastructure')).toMatchFileSnapshot(
    './fixtures/shop-infrastructure.cdk.txt',
  );
});

it('a construct without parameters takes no props', () => {
  const source = cdkConstruct(cloudFormationTemplate(infrastructure, ['tables']), 'Tables');
  expect(source).toContain('export class Tables extends Construct {');
  expect(source).toContain('constructor(scope: Construct, id: string) {');
  expect(source).not.toContain('interface');
});

it('a construct can be compiled whatever its tables and functions are called', () => {
  const Archive = defineModel({
    name: 'A',
    table: '2024-orders',
    key: { partition: 'id' },
    attributes: { id: string() },
  });
  const functions = { 'a*/b': { handler: './a.ts' } };
  const source = cdkConstruct(cloudFormationTemplate(describeInfrastructure({ models: { a: Archive }, functions })));
  expect(source).toContain('  readonly x2024OrdersTable: dynamodb.CfnTable;');
  expect(source).toContain('/** The S3 key of the package of the function a*\\/b. */');
  const terraform = terraformConfiguration(describeInfrastructure({ models: { a: Archive } }));
  expect(Object.keys(terraform.resource.aws_dynamodb_table ?? {})).toEqual(['x2024_orders_table']);
});
