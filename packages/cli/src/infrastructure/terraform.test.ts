import { expect, it } from 'vitest';
import { describeInfrastructure } from './describe.ts';
import { terraformConfiguration } from './terraform.ts';
import { literal, withReferences } from './terraform-text.ts';
import { config, policy } from './test-config.ts';

const infrastructure = describeInfrastructure(config, { orders: policy });
const configuration: any = terraformConfiguration(infrastructure);

it('a configuration has tables, functions, network and monitoring', async () => {
  await expect(`${JSON.stringify(configuration, null, 2)}\n`).toMatchFileSnapshot('./fixtures/shop.tf.json.txt');
});

it('refers to nothing that is not there', () => {
  const text = JSON.stringify(configuration);
  const used = [...text.matchAll(/(?<!\$)\$\{(?:filebase64sha256\()?([\w.]+)\)?\}/g)].map(([, path]) => path as string);
  expect(used.length).toBeGreaterThan(50);
  for (const path of used) {
    const [type = '', name = '', third = ''] = path.split('.');
    const there = { var: configuration.variable?.[name], data: configuration.data?.[name]?.[third] }[type];
    expect([path, there ?? configuration.resource[type]?.[name]]).toEqual([path, expect.anything()]);
  }
});

it('leaves to IAM what is for IAM', () => {
  const document = configuration.resource.aws_iam_role_policy.orders_role.policy;
  expect(document).toContain('CUSTOMER#$${aws:PrincipalTag/customer}');
  expect(document).toContain(
    '"arn:${data.aws_partition.current.partition}:dynamodb:${data.aws_region.current.region}:' +
      '${data.aws_caller_identity.current.account_id}:table/shop.orders"',
  );
});

it.each([
  ['${AWS::Region} %{if}', '${data.aws_region.current.region} %%{if}'],
  ['${Orders} ${Other}', '${aws_lambda_function.orders.arn} $${Other}'],
])('%s becomes %s', (text, terraform) => {
  expect(withReferences(text, { Orders: 'aws_lambda_function.orders.arn' })).toBe(terraform);
});

it('takes a text as it is', () => {
  expect(literal('${a} %{b} $c')).toBe('$${a} %%{b} $c');
});

it('has tables alone, and no monitoring without functions', () => {
  const tables = terraformConfiguration(infrastructure, ['tables']);
  expect(Object.keys(tables.resource)).toEqual(['aws_dynamodb_table']);
  expect(tables).not.toHaveProperty('data');
  expect(() => terraformConfiguration(infrastructure, ['monitoring'])).toThrow('name functions too');
});
