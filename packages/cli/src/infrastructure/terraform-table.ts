import type { KeySchemaElement, Projection } from '@aws-sdk/client-dynamodb';
import type { TableDescription } from './describe.ts';
import { literal } from './terraform-text.ts';

/** A table, as `aws_dynamodb_table`. */
export function tableResource({ create, timeToLive, settings }: TableDescription): object {
  const { billing, encryption, pointInTimeRecovery, deletionProtection, retain, stream } = settings;
  const capacity = billing === 'on-demand' ? {} : { read_capacity: billing.read, write_capacity: billing.write };
  return {
    name: literal(create.TableName as string),
    billing_mode: billing === 'on-demand' ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ...capacity,
    ...keyOf(create.KeySchema),
    attribute: create.AttributeDefinitions?.map(({ AttributeName, AttributeType }) => ({
      name: literal(AttributeName as string),
      type: AttributeType,
    })),
    ...(create.GlobalSecondaryIndexes && {
      global_secondary_index: create.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
        name: IndexName,
        ...keyOf(KeySchema),
        ...projectionOf(Projection),
        ...capacity,
      })),
    }),
    ...(create.LocalSecondaryIndexes && {
      local_secondary_index: create.LocalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => {
        const { hash_key: _shared, ...sort } = keyOf(KeySchema);
        return { name: IndexName, ...sort, ...projectionOf(Projection) };
      }),
    }),
    ...(timeToLive !== undefined && { ttl: { attribute_name: literal(timeToLive), enabled: true } }),
    ...(encryption !== 'dynamodb' && {
      server_side_encryption: {
        enabled: true,
        ...(typeof encryption === 'object' && { kms_key_arn: literal(encryption.keyArn) }),
      },
    }),
    point_in_time_recovery: { enabled: pointInTimeRecovery },
    deletion_protection_enabled: deletionProtection,
    ...(stream && { stream_enabled: true, stream_view_type: stream }),
    ...(retain && { lifecycle: { prevent_destroy: true } }),
  };
}

function keyOf(schema: readonly KeySchemaElement[] = []): Record<string, unknown> {
  const names = (type: string): string[] =>
    schema.flatMap(({ AttributeName, KeyType }) => (KeyType === type ? literal(AttributeName as string) : []));
  const [hash, ...moreHash] = names('HASH');
  const [range, ...moreRange] = names('RANGE');
  // A key of several attributes, which only global indexes can have, is a block of its own.
  if (moreHash.length > 0 || moreRange.length > 0) {
    return {
      key_schema: schema.map(({ AttributeName, KeyType }) => ({
        attribute_name: literal(AttributeName as string),
        key_type: KeyType,
      })),
    };
  }
  return { hash_key: hash, ...(range !== undefined && { range_key: range }) };
}

function projectionOf(projection: Projection | undefined): object {
  return {
    projection_type: projection?.ProjectionType,
    ...(projection?.NonKeyAttributes && { non_key_attributes: projection.NonKeyAttributes.map(literal) }),
  };
}
