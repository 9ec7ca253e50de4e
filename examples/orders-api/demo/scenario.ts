import type { ApiClient } from './api-client.ts';

/** Texts of the requests that must not be in any log line. */
export const SECRETS = ['ada.lovelace@example.com', 'text-of-a-malformed-body'] as const;

const [email, malformedText] = SECRETS;

const order = (orderId: string) => ({
  customerId: 'c-1',
  orderId,
  email,
  lines: [
    { sku: 'tea', quantity: 2, price: 450 },
    { sku: 'cup', price: 1200 },
  ],
});

/** The requests of the demo, in order, each with what it expects. */
export async function runScenario(api: ApiClient): Promise<void> {
  await createSome(api);
  await listThem(api);
  await changeOne(api);
  await sendWrongOnes(api);
  await createManyAtOnce(api);
  await importMany(api);
  await api.send('deadline strikes', { method: 'GET', path: '/slow' }, problem(504, 'DEADLINE'));
  await api.send('delete', { method: 'DELETE', path: '/orders/c-1/o-2' }, { status: 204 });
  await api.send('delete again', { method: 'DELETE', path: '/orders/c-1/o-2' }, problem(404, 'ORDER_NOT_FOUND'));
}

async function createSome(api: ApiClient): Promise<void> {
  const customer = { method: 'PUT', path: '/customers/c-1' };
  await api.send(
    'create customer',
    { ...customer, body: { name: 'Ada', email } },
    { status: 201, body: { 'the customer has no orders': (body) => body.orderCount === 0 } },
  );
  await api.send(
    'create order',
    { method: 'POST', path: '/orders', body: { ...order('o-1'), labels: ['gift', 'express'] } },
    {
      status: 201,
      body: {
        'the total is the sum of the lines': (body) => body.total === 2100,
        'the missing quantity is 1': (body) => body.lines[1].quantity === 1,
        'both labels are there': (body) => body.labels.length === 2,
        'the version is 1': (body) => body.version === 1,
      },
    },
  );
  for (const id of ['o-2', 'o-3']) {
    await api.send(`create order ${id}`, { method: 'POST', path: '/orders', body: order(id) }, { status: 201 });
  }
  await api.send(
    'change customer',
    { ...customer, body: { name: 'Ada Lovelace', email } },
    { status: 200, body: { 'three orders are counted': (body) => body.orderCount === 3 } },
  );
  await api.send(
    'get order',
    { method: 'GET', path: '/orders/c-1/o-1' },
    { status: 200, body: { 'it is the order': (body) => body.orderId === 'o-1' && body.status === 'open' } },
  );
}

async function listThem(api: ApiClient): Promise<void> {
  const list = { method: 'GET', path: '/orders?status=open&size=2' };
  const first = await api.send('list, page 1', list, {
    status: 200,
    body: {
      'there are two orders': (body) => body.items.length === 2,
      'there is a cursor': (body) => typeof body.cursor === 'string',
    },
  });
  const cursor = String(first.body?.cursor);
  const isSeen = ({ orderId }: { orderId: string }) =>
    first.body.items.some((item: { orderId: string }) => item.orderId === orderId);
  await api.send(
    'list, page 2',
    { ...list, path: `${list.path}&cursor=${encodeURIComponent(cursor)}` },
    {
      status: 200,
      body: {
        'there is the third order': (body) => body.items.length === 1 && !isSeen(body.items[0]),
        'there is no cursor': (body) => body.cursor === undefined,
      },
    },
  );
  await api.send(
    'forged cursor',
    { ...list, path: `${list.path}&cursor=${encodeURIComponent(forged(cursor))}` },
    problem(400, 'CURSOR_INVALID'),
  );
}

async function changeOne(api: ApiClient): Promise<void> {
  const change = { method: 'PATCH', path: '/orders/c-1/o-1', body: { version: 1, status: 'paid' } };
  await api.send('pay', change, {
    status: 200,
    body: {
      'it is paid': (body) => body.status === 'paid',
      'the version is 2': (body) => body.version === 2,
    },
  });
  await api.send('pay, stale version', change, problem(409, 'CONDITION_FAILED'));
}

async function sendWrongOnes(api: ApiClient): Promise<void> {
  const create = { method: 'POST', path: '/orders' };
  await api.send('malformed JSON', { ...create, body: `{"customerId": "${malformedText}` }, problem(422));
  await api.send('wrong content type', { ...create, body: 'a=1', contentType: 'text/plain' }, problem(415));
  await api.send(
    'schema violation',
    { ...create, body: { ...order('o-4'), lines: [{ sku: 'tea', quantity: 0, price: 450 }] } },
    {
      status: 400,
      body: { 'the field is named': (body) => body.errors[0].path === '/lines/0/quantity' },
    },
  );
  await api.send('order exists', { ...create, body: order('o-1') }, problem(409, 'ORDER_EXISTS'));
  await api.send(
    'unknown customer',
    { ...create, body: { ...order('o-1'), customerId: 'c-2' } },
    problem(404, 'CUSTOMER_NOT_FOUND'),
  );
  await api.send('missing order', { method: 'GET', path: '/orders/c-1/o-9' }, problem(404, 'ITEM_NOT_FOUND'));
  await api.send('unknown route', { method: 'GET', path: '/nothing/here' }, problem(404, 'ROUTE_UNKNOWN'));
}

const AT_ONCE = 20;

async function createManyAtOnce(api: ApiClient): Promise<void> {
  const ids = Array.from({ length: AT_ONCE }, (_, i) => `burst-${i + 1}`);
  await Promise.all(
    ids.map((id) => api.send(`at once: ${id}`, { method: 'POST', path: '/orders', body: order(id) }, { status: 201 })),
  );
  await api.send(
    'every order counted',
    { method: 'PUT', path: '/customers/c-1', body: { name: 'Ada Lovelace', email } },
    { status: 200, body: { [`${3 + AT_ONCE} orders are counted`]: (body) => body.orderCount === 3 + AT_ONCE } },
  );
}

async function importMany(api: ApiClient): Promise<void> {
  const products = Array.from({ length: 60 }, (_, i) => ({
    sku: `sku-${i + 1}`,
    name: `Product ${i + 1}`,
    price: i * 10,
  }));
  await api.send(
    'import 60 products',
    { method: 'POST', path: '/products/import', body: { products } },
    { status: 200, body: { 'all are written': (body) => body.written === 60 && body.unprocessed.length === 0 } },
  );
  await api.send(
    'get some of them',
    { method: 'GET', path: '/products?skus=sku-60,none,sku-1,sku-60' },
    {
      status: 200,
      body: {
        'they come in order': (body) => body.products.map(({ sku }: any) => sku).join() === 'sku-60,sku-1,sku-60',
        'the missing one is named': (body) => body.missing.join() === 'none',
      },
    },
  );
}

/** A problem response (RFC 9457); its code starts with `code`. */
function problem(status: number, code?: string) {
  return {
    status,
    body: {
      'it is a problem document': (body: any) => body.type === 'about:blank' && body.status === status,
      ...(code !== undefined && { [`its code is ${code}`]: (body: any) => body.code.startsWith(code) }),
    },
  };
}

/** The cursor with one character of its signature changed. */
function forged(cursor: string): string {
  return cursor.replace(/.(?=.$)/, (character) => (character === 'A' ? 'B' : 'A'));
}
