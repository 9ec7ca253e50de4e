import type { GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import type { TableDescription } from './describe.ts';
import type { TableEncryption } from './infrastructure-config.ts';
import type { Fragment, Resource } from './template.ts';

/** The tables, as `AWS::DynamoDB::Table`. */
export function tableFragment(tables: readonly TableDescription[]): Fragment {
  const resources: Record<string, Resource> = {};
  let indexedBefore: string | undefined;
  for (const table of tables) {
    // CloudFormation's own advice: tables with indexes one after the other, because only so many can be in creation.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html
    const hasIndexes = (table.create.GlobalSecondaryIndexes ?? table.create.LocalSecondaryIndexes) !== undefined;
    resources[table.id] = tableResource(table, hasIndexes && indexedBefore !== undefined ? [indexedBefore] : []);
    if (hasIndexes) indexedBefore = table.id;
  }
  const outputs = tables.map(({ id, name }) => [
    id,
    { Description: `The ARN of the table ${name}`, Value: { 'Fn::GetAtt': [id, 'Arn'] } },
  ]);
  return { resources, outputs: Object.fromEntries(outputs) };
}

function tableResource({ create, timeToLive, settings }: TableDescription, dependsOn: readonly string[]): Resource {
  const { billing, encryption, pointInTimeRecovery, deletionProtection, retain, stream } = settings;
  const throughput =
    billing === 'on-demand'
      ? undefined
      : { ProvisionedThroughput: { ReadCapacityUnits: billing.read, WriteCapacityUnits: billing.write } };
  const global = create.GlobalSecondaryIndexes?.map((index: GlobalSecondaryIndex) => ({ ...index, ...throughput }));
  const kept = retain ? 'Retain' : 'Delete';
  return {
    Type: 'AWS::DynamoDB::Table',
    ...(dependsOn.length > 0 && { DependsOn: dependsOn }),
    DeletionPolicy: kept,
    UpdateReplacePolicy: kept,
    Properties: {
      TableName: create.TableName,
      BillingMode: throughput === undefined ? 'PAY_PER_REQUEST' : 'PROVISIONED',
      ...throughput,
      AttributeDefinitions: create.AttributeDefinitions,
      KeySchema: create.KeySchema,
      ...(global && { GlobalSecondaryIndexes: global }),
      ...(create.LocalSecondaryIndexes && { LocalSecondaryIndexes: create.LocalSecondaryIndexes }),
      ...(timeToLive !== undefined && {
        TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true },
      }),
      ...(encryption !== 'dynamodb' && { SSESpecification: encryptionWith(encryption) }),
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: pointInTimeRecovery },
      DeletionProtectionEnabled: deletionProtection,
      ...(stream && { StreamSpecification: { StreamViewType: stream } }),
    },
  };
}

function encryptionWith(encryption: TableEncryption): object {
  const key = typeof encryption === 'object' ? { KMSMasterKeyId: encryption.keyArn } : {};
  return { SSEEnabled: true, SSEType: 'KMS', ...key };
}
