import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineModel, string } from '@tabletheory/core';
import { describe, expect, it } from 'vitest';
import type { TableTheoryConfig } from '../config.ts';
import { logicalId } from '../logical-id.ts';
import { cloudFormationTemplate } from './cloudformation.ts';
import { describeInfrastructure } from './describe.ts';
import type { Template } from './template.ts';
import { terraformConfiguration } from './terraform.ts';
import { config, httpApi, policy } from './test-config.ts';
import { problemsOf } from './test-schemas.ts';

const infrastructure = describeInfrastructure(config, { orders: policy });
const template = cloudFormationTemplate(infrastructure);
const plain: TableTheoryConfig = { models: config.models };

const propertiesOf = ({ Resources }: Template, id: string): any => Resources[id]?.Properties;

const templates: Record<string, Template> = {
  everything: template,
  'an HTTP API': cloudFormationTemplate(describeInfrastructure({ ...config, api: httpApi }, { orders: policy })),
  'models alone': cloudFormationTemplate(describeInfrastructure(plain)),
  'tables of all': cloudFormationTemplate(infrastructure, ['tables']),
  'API and monitoring of functions elsewhere': cloudFormationTemplate(infrastructure, ['api', 'monitoring']),
};

describe('a template', () => {
  it.each(Object.entries(templates))('fits the published schemas: %s', (_of, each) => {
    expect(problemsOf(each)).toEqual([]);
  });

  it('is refused by that check when it does not', () => {
    const resources = structuredClone(template.Resources) as any;
    resources.SessionsTable.Properties.Colour = 'red';
    resources.ShopOrdersTable.Properties.DeletionProtectionEnabled = 'yes';
    delete resources.OrdersFunction.Properties.Role;
    resources.OrdersFunction.Properties.Code.S3Bucket = { Ref: 'Nothing' };
    resources.ApiStage.Properties.MethodSettings[0].Speed = 1;
    expect(problemsOf({ ...template, Resources: resources }).sort()).toEqual([
      'ApiStage.MethodSettings[0]: unknown property Speed',
      'OrdersFunction: Role is missing',
      'OrdersFunction: there is no Nothing',
      'SessionsTable: unknown property Colour',
      'ShopOrdersTable.DeletionProtectionEnabled: wrong type',
    ]);
  });

  it('passes cfn-lint, where it is installed', { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'template-'));
    const files = Object.values(templates).map((each, i) => {
      const file = join(folder, `${i}.json`);
      writeFileSync(file, JSON.stringify(each, null, 2));
      return file;
    });
    const { error, status, stdout } = spawnSync('cfn-lint', ['--', ...files], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    // 127: there is a launcher, and nothing behind it.
    const installed = error === undefined && status !== 127;
    if (installed) expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    else console.warn('cfn-lint is not installed: the templates were checked against the published schemas only.');
  });
});

describe('tables', () => {
  it('have what the models that share one need', () => {
    expect(template.Resources.ShopOrdersTable).toEqual({
      Type: 'AWS::DynamoDB::Table',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TableName: 'shop.orders',
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 2 },
        AttributeDefinitions: [
          { AttributeName: 'PK', AttributeType: 'S' },
          { AttributeName: 'SK', AttributeType: 'S' },
          { AttributeName: 'status', AttributeType: 'S' },
          { AttributeName: 'createdAt', AttributeType: 'S' },
          { AttributeName: 'total', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'PK', KeyType: 'HASH' },
          { AttributeName: 'SK', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byStatus',
            KeySchema: [
              { AttributeName: 'status', KeyType: 'HASH' },
              { AttributeName: 'createdAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['total'] },
            ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 2 },
          },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: 'byTotal',
            KeySchema: [
              { AttributeName: 'PK', KeyType: 'HASH' },
              { AttributeName: 'total', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        SSESpecification: {
          SSEEnabled: true,
          SSEType: 'KMS',
          KMSMasterKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555',
        },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    });
  });

  it('have settings of their own, and are created one after the other', () => {
    expect(template.Resources.SessionsTable).toMatchObject({
      DependsOn: ['ShopOrdersTable'],
      DeletionPolicy: 'Delete',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
        DeletionProtectionEnabled: false,
      },
    });
    expect(propertiesOf(template, 'SessionsTable')).not.toHaveProperty('StreamSpecification');
  });

  it('are safe and cheap without settings', () => {
    const properties = propertiesOf(templates['models alone'] as Template, 'SessionsTable');
    expect(properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
    expect(properties).not.toHaveProperty('SSESpecification');
  });

  it('that models name by their ARN are left to whom they belong', () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/shared';
    const key = { partition: 'id' } as const;
    const shared = defineModel({ name: 'Shared', table: arn, key, attributes: { id: string() } });
    const own = defineModel({ name: 'Own', table: 'own', key, attributes: { id: string() } });
    const functions = { orders: { handler: './a.ts' } };
    const described = describeInfrastructure({
      models: { shared, own },
      functions,
      infrastructure: { vpc: true, metrics: { namespace: 'Shop' } },
    });
    const { Resources, Outputs } = cloudFormationTemplate(described);
    expect(Object.keys(Resources).filter((id) => id.endsWith('Table'))).toEqual(['OwnTable']);
    expect(Object.keys(Outputs ?? {})).toEqual(['OwnTable']);
    expect(Resources).toHaveProperty('OrdersSharedThrottlesAlarm');
    expect(JSON.stringify(Resources.DynamoDBEndpoint)).toContain(`"${arn}"`);
    const { resource, output } = terraformConfiguration(described);
    expect(Object.keys(resource.aws_dynamodb_table ?? {})).toEqual(['own_table']);
    expect(Object.keys(output ?? {})).toEqual(['own_table_arn']);
  });

  it('that no model has are told', () => {
    const wrong = { ...config, infrastructure: { table: { order: {} } } };
    expect(() => describeInfrastructure(wrong)).toThrow(
      'infrastructure.table.order: no model has that table. There are: shop.orders, sessions.',
    );
  });
});

describe('a function', () => {
  it('has what the configuration says, and defaults', () => {
    expect(propertiesOf(template, 'OrdersFunction')).toEqual({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'orders.handler',
      Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'OrdersCodeKey' } },
      Role: { 'Fn::GetAtt': ['OrdersRole', 'Arn'] },
      MemorySize: 256,
      Timeout: 5,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: 'OrdersLogs' } },
      Environment: {
        Variables: {
          POWERTOOLS_METRICS_NAMESPACE: 'Shop',
          POWERTOOLS_SERVICE_NAME: 'orders',
          CURSOR_SECRET: { Ref: 'CursorSecret' },
          STAGE: 'production',
        },
      },
      VpcConfig: { SubnetIds: { Ref: 'SubnetIds' }, SecurityGroupIds: { Ref: 'SecurityGroupIds' } },
    });
    expect(template.Parameters?.CursorSecret?.NoEcho).toBe(true);
    expect(propertiesOf(template, 'CleanUpFunction')).toMatchObject({
      Handler: 'clean-up.run',
      Architectures: ['x86_64'],
      MemorySize: 512,
      Timeout: 10,
      TracingConfig: { Mode: 'PassThrough' },
    });
  });

  it('may do what its policy says, write its own log, send traces, and open the keys of its tables', () => {
    const [{ PolicyDocument: document }] = propertiesOf(template, 'OrdersRole').Policies;
    const table = 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/shop.orders';
    expect(document.Statement).toMatchObject([
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: [{ 'Fn::Sub': table }],
        // No reference of CloudFormation's: it is left to IAM.
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CUSTOMER#${aws:PrincipalTag/customer}'] } },
      },
      { Action: ['dynamodb:Query'], Resource: [{ 'Fn::Sub': `${table}/index/byStatus` }] },
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [
          {
            'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${OrdersLogs}:*',
          },
        ],
      },
      { Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: ['*'] },
      {
        Action: ['kms:Decrypt'],
        Resource: ['arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555'],
        Condition: {
          StringEquals: { 'kms:ViaService': [{ 'Fn::Sub': 'dynamodb.${AWS::Region}.${AWS::URLSuffix}' }] },
        },
      },
      { Action: expect.arrayContaining(['ec2:CreateNetworkInterface']) },
    ]);
  });

  it.each(['arn:aws:kms:eu-central-1:123456789012:alias/orders', 'alias/orders'])(
    'is given no alias %s of a key of its tables, which IAM would not take',
    (keyArn) => {
      const aliased = describeInfrastructure(
        { ...config, infrastructure: { table: { 'shop.orders': { encryption: { keyArn } } } } },
        { orders: policy, 'clean-up': { Version: '2012-10-17', Statement: [] } },
      );
      const message = `Table shop.orders is encrypted with ${keyArn}, an alias, which IAM does not take for a key`;
      expect(() => cloudFormationTemplate(aliased)).toThrow(message);
      expect(() => terraformConfiguration(aliased)).toThrow(message);
      // The table itself can have it.
      const tables = cloudFormationTemplate(aliased, ['tables']);
      expect(propertiesOf(tables, 'ShopOrdersTable').SSESpecification.KMSMasterKeyId).toBe(keyArn);
    },
  );

  it('without a policy may do nothing with tables', () => {
    const text = JSON.stringify(propertiesOf(template, 'CleanUpRole'));
    expect(text).not.toContain('dynamodb:GetItem');
    expect(text).not.toContain('xray:');
  });

  it('reaches DynamoDB through an endpoint that lets nothing else through', () => {
    const { ServiceName, PolicyDocument: document, ...others } = propertiesOf(template, 'DynamoDBEndpoint');
    expect(ServiceName).toEqual({ 'Fn::Sub': 'com.amazonaws.${AWS::Region}.dynamodb' });
    expect(others).toEqual({
      VpcEndpointType: 'Gateway',
      VpcId: { Ref: 'VpcId' },
      RouteTableIds: { Ref: 'RouteTableIds' },
    });
    const [statement] = document.Statement;
    expect(statement.Action).toContain('dynamodb:ConditionCheckItem');
    expect(JSON.stringify(statement.Resource)).not.toContain('table/*');
    expect(templates['models alone']?.Resources).not.toHaveProperty('DynamoDBEndpoint');
  });
});

describe('names', () => {
  const handler = './a.ts';
  const models = config.models;

  it('that are the same in a template keep roles, logs and parameters of their own', () => {
    const functions = { 'create-order': { handler }, createOrder: { handler } };
    const { Resources, Parameters } = cloudFormationTemplate(describeInfrastructure({ models, functions }), [
      'functions',
    ]);
    expect(Object.keys(Resources)).toEqual([
      'CreateOrderLogs',
      'CreateOrderRole',
      'CreateOrderFunction',
      'CreateOrder2Logs',
      'CreateOrder2Role',
      'CreateOrder2Function',
    ]);
    expect(Object.keys(Parameters ?? {})).toEqual(['CodeBucket', 'CreateOrderCodeKey', 'CreateOrder2CodeKey']);
    const api = {
      title: 'A',
      version: '1',
      routes: { 'GET /a': { function: 'create-order' }, 'GET /b': { function: 'createOrder' } },
    };
    const { Resources: withApi } = cloudFormationTemplate(describeInfrastructure({ models, functions, api }), [
      'functions',
      'api',
    ]);
    expect(withApi).toMatchObject({
      ApiGetARoute: { Properties: { Target: { 'Fn::Sub': 'integrations/${ApiCreateOrderIntegration}' } } },
      ApiGetBRoute: { Properties: { Target: { 'Fn::Sub': 'integrations/${ApiCreateOrder2Integration}' } } },
      ApiCreateOrder2Permission: {},
    });
  });

  it('that begin with a digit can be referred to', () => {
    const functions = { '2fa': { handler } };
    const api = { title: 'A', version: '1', routes: { 'GET /a': {} } };
    const { Resources } = cloudFormationTemplate(describeInfrastructure({ models, functions, api }));
    expect(Resources.ApiX2faIntegration?.Properties.IntegrationUri).toEqual({ 'Fn::Sub': '${X2faFunction.Arn}' });
  });

  it('that meet in one resource are told', () => {
    const table = (name: string) =>
      defineModel({ name, table: name, key: { partition: 'id' }, attributes: { id: string() } });
    const infrastructure = describeInfrastructure({
      models: { items: table('items'), archive: table('archive-items') },
      functions: { orders: { handler }, 'orders-archive': { handler } },
      infrastructure: { metrics: { namespace: 'Shop' } },
    });
    const message = 'OrdersArchiveItemsThrottlesAlarm would name two resources or parameters: give one another name.';
    expect(() => cloudFormationTemplate(infrastructure)).toThrow(message);
    const environment = { TABLE: { parameter: 'ItemsTable' } };
    const secret = { models: { items: table('items') }, functions: { orders: { handler, environment } } };
    expect(() => cloudFormationTemplate(describeInfrastructure(secret))).toThrow('ItemsTable would name two');
    expect(() => terraformConfiguration(infrastructure)).toThrow('orders_archive_items_throttles_alarm');
  });

  it.each([
    ['CodeBucket', undefined],
    ['orders-code-key', undefined],
    ['SubnetIds', 'subnet_ids'],
    ['VpcId', 'vpc_id'],
    ['Prefix', 'prefix'],
    ['CleanUpPackage', 'clean_up_package'],
  ])('%s is no name of an environment parameter where it has a meaning already', (parameter, variable) => {
    const functions = { orders: { handler, environment: { A: { parameter } } }, 'clean-up': { handler } };
    const described = describeInfrastructure({ models, functions, infrastructure: { vpc: true } });
    const write = variable === undefined ? cloudFormationTemplate : terraformConfiguration;
    const meeting = variable ?? logicalId(parameter);
    expect(() => write(described)).toThrow(`${meeting} would name two resources or parameters: give one another name.`);
  });

  it('VpcId is refused in a template too, where it is its own, and free where it is not', () => {
    const functions = { orders: { handler, environment: { A: { parameter: 'VpcId' } } } };
    const vpc = describeInfrastructure({ models, functions, infrastructure: { vpc: true } });
    expect(() => cloudFormationTemplate(vpc)).toThrow('VpcId would name two');
    const none = describeInfrastructure({ models, functions });
    expect(cloudFormationTemplate(none).Parameters?.VpcId?.NoEcho).toBe(true);
    expect(terraformConfiguration(none).variable?.vpc_id).toMatchObject({ sensitive: true });
  });

  it('of environment parameters may be shared by functions', () => {
    const environment = { SECRET: { parameter: 'Secret' } };
    const functions = { orders: { handler, environment }, payments: { handler, environment } };
    const described = describeInfrastructure({ models, functions });
    expect(Object.keys(cloudFormationTemplate(described).Parameters ?? {})).toContain('Secret');
    expect(Object.keys(terraformConfiguration(described).variable ?? {})).toContain('secret');
  });
});
