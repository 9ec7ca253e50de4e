/** Whether the tests run on Amazon DynamoDB Local (`npm run test:dynamodb-local`) and not on Dynoxide. */
export const onDynamodbLocal: boolean = process.env.TEST_ENGINE === 'dynamodb-local';
