export const handler = async (): Promise<object> => ({ statusCode: 201, body: '{"orderId":"o-000001"}' });
