import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { tableDefinitions } from '@tabletheory/core';
import {
  type FunctionOptions,
  type HttpApiEvent,
  type InvokeResult,
  type LocalFunction,
  type Segment,
  startEngine,
  startFunction,
  startGateway,
  startXRayDaemon,
  type XRayDaemon,
} from '@tabletheory/local';
import { models } from '../../examples/orders-api/src/models.ts';
import { routes } from '../../examples/orders-api/src/routes.ts';
import { runtimeClient } from './runtime.ts';

/** The built handler. */
export const ordersBundle: string = fileURLToPath(
  new URL('../../examples/orders-api/dist/handler.mjs', import.meta.url),
);

/** A request, what came of it, and what the function left of it. */
export interface Exchange {
  readonly status: number;
  readonly body: any;
  /** Lambda's id of the request. */
  readonly requestId: string;
  /** The trace the request was sent with. */
  readonly trace: { readonly root: string; readonly parent: string };
}

/** The built example application under the real runtime client, behind an HTTP API. */
export class OrdersApi {
  readonly #url: string;
  readonly #function: LocalFunction;
  readonly #daemon: XRayDaemon;
  readonly #results: ReadonlyMap<string, InvokeResult>;
  readonly #stops: readonly (() => Promise<void>)[];

  private constructor(
    url: string,
    orders: LocalFunction,
    daemon: XRayDaemon,
    results: ReadonlyMap<string, InvokeResult>,
    stops: readonly (() => Promise<void>)[],
  ) {
    this.#url = url;
    this.#function = orders;
    this.#daemon = daemon;
    this.#results = results;
    this.#stops = stops;
  }

  static async start(options: Pick<FunctionOptions, 'nodePath' | 'concurrencyPerProcess'>): Promise<OrdersApi> {
    const engine = await startEngine();
    const table = `orders-${randomBytes(4).toString('hex')}`;
    await engine.createTables(tableDefinitions(models).map(({ create }) => ({ ...create, TableName: table })));
    const daemon = await startXRayDaemon();
    const orders = await startFunction({
      ...options,
      file: ordersBundle,
      name: 'orders',
      runtimeClient,
      timeout: 3,
      environment: {
        ORDERS_TABLE: table,
        CURSOR_SECRET: 'secret',
        AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
        AWS_XRAY_DAEMON_ADDRESS: daemon.address,
      },
    });
    const results = new Map<string, InvokeResult>();
    const gateway = await startGateway({
      routes: [...routes.keys(), '$default'],
      async invoke(event, options) {
        const result = await orders.invoke(event, options);
        results.set((event as HttpApiEvent).requestContext.requestId, result);
        return result;
      },
    });
    const stops = [gateway.stop, () => orders.stop(), () => daemon.stop(), engine.stop];
    return new OrdersApi(gateway.url, orders, daemon, results, stops);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }

  /** Sends a request in a trace of its own. */
  async send(method: string, path: string, content?: unknown, sampled = true): Promise<Exchange> {
    const seconds = Math.floor(Date.now() / 1000).toString(16);
    const trace = { root: `1-${seconds}-${randomBytes(12).toString('hex')}`, parent: randomBytes(8).toString('hex') };
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-amzn-trace-id': `Root=${trace.root};Parent=${trace.parent};Sampled=${sampled ? 1 : 0}`,
      },
      ...(content !== undefined && { body: JSON.stringify(content) }),
    });
    const text = await response.text();
    const { requestId } = this.#results.get(response.headers.get('apigw-requestid') ?? '') ?? { requestId: '' };
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), requestId, trace };
  }

  /** How many processes have been started so far. */
  get coldStarts(): number {
    return [...this.#results.values()].filter(({ initDurationMs }) => initDurationMs !== undefined).length;
  }

  /** What the function has logged of a request, parsed. */
  lines({ requestId }: Exchange): any[] {
    return this.#function
      .logs()
      .map((line) => JSON.parse(line))
      .filter((line) => line.function_request_id === requestId);
  }

  /** The documents of a request's trace, once the request has ended. */
  async documents({ trace }: Exchange): Promise<Segment[]> {
    const ofTrace = ({ trace_id }: Segment) => trace_id === trace.root;
    const isEnd = (segment: Segment) => ofTrace(segment) && segment.parent_id === trace.parent && !segment.in_progress;
    return (await this.#daemon.waitFor((segments) => segments.some(isEnd), 15_000)).filter(ofTrace);
  }

  /** The trace ids of all documents so far. */
  get traces(): ReadonlySet<string | undefined> {
    return new Set(this.#daemon.segments.map(({ trace_id }) => trace_id));
  }
}
