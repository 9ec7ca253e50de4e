export type { AssumeRoleOptions } from './assume-role.ts';
export { type DynamodbOptions, dynamodb, dynamodbValidateOptions } from './dynamodb.ts';
export { warmedUp } from './warmed-up.ts';
