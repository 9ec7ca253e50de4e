import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { tableDefinitions } from '@tabletheory/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { problemsOf } from '../../packages/cli/src/infrastructure/test-schemas.ts';
import { models } from './src/models.ts';
import { bodySchemas, routes } from './src/routes.ts';

const folder = new URL('dist/infrastructure/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

let template: any;
let policy: any;
beforeAll(() => {
  if (!existsSync(folder)) throw new Error(`${fileURLToPath(folder)} is missing. Build it first: npm run build`);
  template = JSON.parse(read('template.json'));
  policy = JSON.parse(read('policy.json'));
});

const propertiesOf = (type: string): any[] =>
  Object.values<any>(template.Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);

describe('the template', () => {
  it('fits the schemas CloudFormation publishes', () => {
    expect(problemsOf(template)).toEqual([]);
  });

  it('passes cfn-lint, where it is installed', { timeout: 120_000 }, () => {
    const file = fileURLToPath(new URL('template.json', folder));
    const { error, status, stdout } = spawnSync('cfn-lint', ['--', file], { encoding: 'utf8' });
    // 127: there is a launcher, and nothing behind it.
    if (error !== undefined || status === 127)
      console.warn('cfn-lint is not installed: checked against the schemas only.');
    else expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it('has the table the models need, protected', () => {
    const [{ create, timeToLive }] = tableDefinitions(models) as [any];
    expect(propertiesOf('AWS::DynamoDB::Table')).toEqual([
      {
        ...create,
        TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
    ]);
  });

  it('has the function, which is told where its table is and gets its secret when it is deployed', () => {
    expect(propertiesOf('AWS::Lambda::Function')).toMatchObject([
      {
        Handler: 'handler.handler',
        MemorySize: 512,
        Timeout: 3,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
        Environment: {
          Variables: {
            ORDERS_TABLE: 'orders',
            CURSOR_SECRET: { Ref: 'CursorSecret' },
            POWERTOOLS_METRICS_NAMESPACE: 'Orders',
            POWERTOOLS_SERVICE_NAME: 'orders',
          },
        },
      },
    ]);
    expect(template.Parameters.CursorSecret).toMatchObject({ NoEcho: true });
  });

  it('has the routes of the application, and no others', () => {
    expect(propertiesOf('AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey)).toEqual([...routes.keys()]);
  });

  it('gives the function the policy, and beside it only its log', () => {
    const [role] = propertiesOf('AWS::IAM::Role');
    const statements = role.Policies.flatMap(({ PolicyDocument }: any) => PolicyDocument.Statement);
    const withoutSub = JSON.parse(JSON.stringify(statements).replace(/\{"Fn::Sub":("[^"]*")\}/g, '$1'));
    expect(withoutSub).toEqual([...policy.Statement, expect.objectContaining({ Sid: 'Log' })]);
  });
});

describe('the policy', () => {
  it('allows what the routes do with the table and its index, by name', () => {
    const arn = 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders';
    const allowed = policy.Statement.flatMap(({ Action, Resource }: any) =>
      Action.flatMap((action: string) => Resource.map((resource: string) => `${action} ${resource}`)),
    );
    expect(allowed.filter((each: string) => each.startsWith('dynamodb:')).sort()).toEqual([
      `dynamodb:BatchGetItem ${arn}`,
      `dynamodb:BatchWriteItem ${arn}`,
      `dynamodb:DeleteItem ${arn}`,
      `dynamodb:GetItem ${arn}`,
      `dynamodb:PutItem ${arn}`,
      `dynamodb:Query ${arn}/index/byStatus`,
      `dynamodb:UpdateItem ${arn}`,
    ]);
  });
});

describe('the dashboard and the alarms', () => {
  it('are about the metrics of the application', () => {
    const { widgets } = JSON.parse(read('dashboard.json'));
    expect(widgets).toHaveLength(9);
    const text = JSON.stringify(widgets);
    for (const metric of ['RequestFault', 'RequestDuration', 'ColdStart', 'MemoryUtilization', 'OperationThrottles']) {
      expect(text).toContain(metric);
    }
    expect(propertiesOf('AWS::CloudWatch::Alarm')).toHaveLength(7);
  });
});

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.1', async () => {
    const { errors, valid } = await new Validator().validate(read('openapi.json'));
    expect([errors, valid]).toEqual([undefined, true]);
  });

  it('has every route, with the schema its body is validated against', () => {
    const { paths, components } = JSON.parse(read('openapi.json'));
    const described = Object.entries<any>(paths).flatMap(([path, operations]) =>
      Object.entries<any>(operations).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );
    expect(described.map(([key]) => key).sort()).toEqual([...routes.keys()].sort());
    for (const [key, operation] of described) {
      const reference = operation.requestBody?.content['application/json'].schema.$ref as string | undefined;
      const schema = reference && components.schemas[reference.slice('#/components/schemas/'.length)];
      expect([key, schema]).toEqual([key, bodySchemas[key] && JSON.parse(JSON.stringify(bodySchemas[key]))]);
    }
  });
});

it('the CDK construct and the Terraform configuration have the same table', () => {
  expect(read('orders-infrastructure.ts')).toContain(
    "new dynamodb.CfnTable(this, 'OrdersTable', {\n      tableName: 'orders',",
  );
  expect(JSON.parse(read('orders.tf.json')).resource.aws_dynamodb_table.orders_table).toMatchObject({
    name: 'orders',
    hash_key: 'PK',
    range_key: 'SK',
    ttl: { attribute_name: 'expiresAt', enabled: true },
  });
});
