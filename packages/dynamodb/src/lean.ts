export { type DynamodbOptions, dynamodb, dynamodbValidateOptions } from './lean-dynamodb.ts';
export { warmedUp } from './warmed-up.ts';
