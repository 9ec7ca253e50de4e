import { startFunction } from './function.ts';
import { startGateway } from './gateway.ts';

void startFunction({ file: 'dist/orders.mjs' });
void startFunction({ taskRoot: 'dist', handler: 'orders.handler', timeout: 10, concurrency: 4 });
// @ts-expect-error a folder needs the name of the handler
void startFunction({ taskRoot: 'dist' });
// @ts-expect-error a file or a folder, not both
void startFunction({ file: 'dist/orders.mjs', taskRoot: 'dist', handler: 'orders.handler' });
// @ts-expect-error no such option
void startFunction({ file: 'dist/orders.mjs', memory: 128 });

const orders = await startFunction({ file: 'dist/orders.mjs' });
void startGateway({ invoke: orders.invoke, payloadVersion: '1.0' });
// @ts-expect-error no such version
void startGateway({ invoke: orders.invoke, payloadVersion: '3.0' });
