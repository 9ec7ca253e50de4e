import type { Route } from './route.ts';
import { createOrder } from './routes/create-order.ts';
import { deleteOrder } from './routes/delete-order.ts';
import { getOrder } from './routes/get-order.ts';
import { getProducts } from './routes/get-products.ts';
import { importProducts } from './routes/import-products.ts';
import { listOrders } from './routes/list-orders.ts';
import { putCustomer } from './routes/put-customer.ts';
import { slow } from './routes/slow.ts';
import { updateOrder } from './routes/update-order.ts';

/** The API's routes by their keys. */
export const routes: ReadonlyMap<string, Route> = new Map(
  [putCustomer, createOrder, getOrder, listOrders, updateOrder, deleteOrder, importProducts, getProducts, slow].map(
    (route) => [route.key, route],
  ),
);

/** The schemas of the routes that take a body, by their keys. */
export const bodySchemas: Readonly<Record<string, object>> = Object.fromEntries(
  [...routes].flatMap(([key, { body }]) => (body === undefined ? [] : [[key, body]])),
);
