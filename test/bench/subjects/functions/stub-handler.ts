import { Readable } from 'node:stream';

const ROW = JSON.stringify({
  customerId: { S: 'c-0001' },
  orderId: { S: 'o-000001' },
  status: { S: 'open' },
  total: { N: '1999' },
  currency: { S: 'EUR' },
  email: { S: 'customer@example.com' },
  placedAt: { S: '2026-01-01T00:00:00.000Z' },
  paid: { BOOL: true },
  note: { S: 'Leave it with the neighbours on the second floor, please.' },
  address: {
    M: { street: { S: '1 Station Road' }, city: { S: 'Exampletown' }, zip: { S: '1' }, country: { S: 'DE' } },
  },
  lines: { L: [{ M: { sku: { S: 'sku-1' }, quantity: { N: '1' }, price: { N: '499' } } }] },
  tags: { L: [{ S: 'gift' }] },
});

const PAGE = `{"Count":10,"Items":[${Array(10).fill(ROW)}],"ScannedCount":10}`;

/** In place of a request handler: answers a put and a query of ten rows at once. It loads nothing but streams. */
export function stubHandler(inStream: boolean): any {
  const handle = async ({ headers }: { headers: Record<string, string> }): Promise<object> => {
    const body = Buffer.from(headers['x-amz-target']?.endsWith('Query') ? PAGE : '{}');
    return { response: { statusCode: 200, headers: {}, body: inStream ? Readable.from([body]) : body } };
  };
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle,
    httpHandlerConfigs: () => ({}),
    updateHttpClientConfig: () => {},
    destroy: () => {},
  };
}

/** The order that is put. */
export const order: any = {
  customerId: 'c-0001',
  orderId: 'o-000001',
  status: 'open',
  total: 1999,
  currency: 'EUR',
  email: 'customer@example.com',
  placedAt: '2026-01-01T00:00:00.000Z',
  paid: true,
  note: 'Leave it with the neighbours on the second floor, please.',
  address: { street: '1 Station Road', city: 'Exampletown', zip: '1', country: 'DE' },
  lines: [{ sku: 'sku-1', quantity: 1, price: 499 }],
  tags: ['gift'],
};
