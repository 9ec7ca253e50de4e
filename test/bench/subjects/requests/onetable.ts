import { Table } from 'dynamodb-onetable';
import { Dynamo } from 'dynamodb-onetable/Dynamo';
import type { MakeWorkloads } from '../../measure/subject.ts';
import type { Destination } from '../network.ts';
import { TABLE } from '../orders.ts';
import { officialClient } from './official-client.ts';
import { requestWorkloads } from './workloads.ts';

const schema = {
  format: 'onetable:1.1.0',
  version: '0.0.1',
  indexes: { primary: { hash: 'customerId', sort: 'orderId' } },
  models: {
    Order: {
      customerId: { type: String, required: true },
      orderId: { type: String, required: true },
      status: { type: String, enum: ['open', 'paid', 'shipped'], required: true },
      total: { type: Number, required: true },
      currency: { type: String, required: true },
      email: { type: String, required: true },
      placedAt: { type: String, required: true },
      paid: { type: Boolean, required: true },
      note: { type: String, required: true },
      address: {
        type: Object,
        required: true,
        schema: {
          street: { type: String, required: true },
          city: { type: String, required: true },
          zip: { type: String, required: true },
          country: { type: String, required: true },
        },
      },
      lines: {
        type: Array,
        required: true,
        items: {
          type: Object,
          schema: {
            sku: { type: String, required: true },
            quantity: { type: Number, required: true },
            price: { type: Number, required: true },
          },
        },
      },
      tags: { type: Array, required: true, items: { type: String } },
    },
  },
  params: { isoDates: true, timestamps: false },
};

const make: MakeWorkloads<Destination> = (destination) => {
  // OneTable stores the model's name with each item, and asks it of each item that it reads.
  const { client, written } = officialClient(destination, { _type: 'Order' });
  const table = new Table({ client: new Dynamo({ client }), name: TABLE, schema: schema as any, partial: true });
  const Order: any = table.getModel('Order');
  return requestWorkloads({
    get: (key) => Order.get(key),
    put: (order) => Order.create(order, { exists: null }),
    query: async (customerId, begin) => [
      ...(await Order.find({ customerId, orderId: { begins: begin } }, { limit: 100 })),
    ],
    batchWrite: async (orders) => {
      const batch = {};
      for (const order of orders) await Order.create(order, { batch, exists: null });
      return table.batchWrite(batch);
    },
    written,
  });
};

export default make;
