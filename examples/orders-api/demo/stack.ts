import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tableDefinitions } from '@tabletheory/core';
import {
  type HttpApiEvent,
  type InvokeResult,
  type LocalFunction,
  startEngine,
  startFunction,
  startGateway,
  startXRayDaemon,
  type XRayDaemon,
} from '@tabletheory/local';
import { models } from '../src/models.ts';
import { routes } from '../src/routes.ts';

const bundle = fileURLToPath(new URL('../dist/handler.mjs', import.meta.url));

/** MB. */
export const MEMORY_SIZE = 512;

/** What a stack is made with. */
export interface StackOptions {
  /** The name of the table. */
  readonly table: string;
  /** The port of the API; without it, a free one. */
  readonly port?: number;
  /** Called with each line the function writes. */
  readonly onLog?: (line: string) => void;
  /** Called when an invocation has ended, with API Gateway's id of its request. */
  readonly onInvoked?: (gatewayRequestId: string, result: InvokeResult) => void;
}

/** The application, running. */
export interface Stack {
  readonly url: string;
  readonly function: LocalFunction;
  readonly daemon: XRayDaemon;
  readonly stop: () => Promise<void>;
}

/** Starts everything the application needs: tables, X-Ray daemon, the built function and an HTTP API before it. */
export async function startStack({ table, port, onLog, onInvoked }: StackOptions): Promise<Stack> {
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing. Build it first: npm run build`);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopPart of stops.toReversed()) await stopPart();
  };
  try {
    const engine = await startEngine();
    stops.push(engine.stop);
    const { credentials } = engine.clientConfig;
    await engine.createTables(tableDefinitions(models).map(({ create }) => ({ ...create, TableName: table })));
    const daemon = await startXRayDaemon();
    stops.push(() => daemon.stop());
    const orders = await startFunction({
      file: bundle,
      name: 'orders',
      memorySize: MEMORY_SIZE,
      timeout: 3,
      concurrency: 4,
      environment: {
        ORDERS_TABLE: table,
        CURSOR_SECRET: randomUUID(),
        AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_XRAY_DAEMON_ADDRESS: daemon.address,
      },
      ...(onLog && { onLog }),
    });
    stops.push(() => orders.stop());
    const gateway = await startGateway({
      routes: [...routes.keys(), '$default'],
      ...(port !== undefined && { port }),
      onError: (error) => console.error(error instanceof Error ? error.message : error),
      async invoke(event, options) {
        const result = await orders.invoke(event, options);
        onInvoked?.((event as HttpApiEvent).requestContext.requestId, result);
        return result;
      },
    });
    stops.push(gateway.stop);
    return { url: gateway.url, function: orders, daemon, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends this process on Ctrl-C and SIGTERM, at any moment; what the stack has started ends with it. */
export function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
