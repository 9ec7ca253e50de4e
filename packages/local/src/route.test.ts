import { describe, expect, test } from 'vitest';
import { createRouter } from './route.ts';

describe('the most specific route wins', () => {
  const routes = [
    'ANY /{proxy+}',
    '$default',
    'GET /pets/{proxy+}',
    'ANY /pets/dog/{id}',
    'GET /pets/dog/{id}',
    'GET /pets/dog/1',
    'GET /',
  ];
  test.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['PUT', '/pets/dog/1', 'ANY /pets/dog/{id}', { id: '1' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['GET', '/', 'GET /', {}],
    ['POST', '/', '$default', {}],
  ])('%s %s', (method, path, key, parameters) => {
    for (const router of [createRouter(routes), createRouter([...routes].reverse())]) {
      expect(router(method, path)).toMatchObject({ route: { key }, parameters });
    }
  });
});

test.each([
  ['POST', '/orders/1'],
  ['GET', '/orders'],
  ['GET', '/orders/'],
  ['GET', '/orders/1/lines'],
])('%s %s fits no route', (method, path) => {
  expect(createRouter(['GET /orders/{orderId}', 'GET /files/{path+}'])(method, path)).toBeUndefined();
});

test.each(['/orders', 'FETCH /orders', 'GET orders', 'GET /{a+}/b', 'GET /a{b}', 'GET /{}'])(
  '%s is no route',
  (route) => {
    expect(() => createRouter([route])).toThrow(TypeError);
    expect(() => createRouter([route])).toThrow(route);
  },
);
