export { type DynamodbOptions, dynamodb, dynamodbValidateOptions } from './dynamodb.ts';
