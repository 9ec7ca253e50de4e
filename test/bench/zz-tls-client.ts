import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tabletheory/core';
import { createLeanClient, createHttpHandler } from '@tabletheory/core/lean';
import https from 'node:https';
import { OrderModel } from './subjects/order-model.ts';
import { order, CUSTOMER } from './subjects/orders.ts';
const [which, endpoint] = process.argv.slice(2) as [string, string];
const cfg = { region: 'us-east-1', endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
let run: () => Promise<unknown>;
if (which.startsWith('raw')) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 50, scheduling: 'lifo' });
  const u = new URL(endpoint); const body = JSON.stringify({ TableName: 'orders', Item: order(1) });
  run = () => new Promise((ok, no) => { const r = https.request({ host: u.hostname, port: u.port, path: '/', method: 'POST', agent, headers: { host: u.host, 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-length': String(Buffer.byteLength(body)) } }, (res) => { const p: any[] = []; res.on('data', (d) => p.push(d)); res.on('end', () => ok(p)); res.on('error', no); }); r.on('error', no); r.end(body); });
} else {
  const client = which.startsWith('lean') ? createLeanClient(cfg) : new DynamoDBClient({ ...cfg, ...(which.includes('own') ? { requestHandler: createHttpHandler() as any } : {}) });
  const { orders } = createTables({ client: client as any, models: { orders: OrderModel } });
  const item = order(1) as any;
  const key = { customerId: CUSTOMER, orderId: item.orderId };
  run = which.endsWith('get') ? () => orders.get(key as any) : () => orders.put(item);
}
for (let i = 0; i < 1500; i++) await run();
const t: number[] = [];
for (let r = 0; r < 9; r++) { const s = process.cpuUsage(); for (let i = 0; i < 1000; i++) await run(); const e = process.cpuUsage(s); t.push((e.user + e.system) / 1000); }
t.sort((a, b) => a - b); console.log(which, t[4]!.toFixed(1), 'min', t[0]!.toFixed(1));
process.exit(0);
