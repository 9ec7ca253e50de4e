import middy from '@middy/core';
import { any, defineModel, json, record, string } from '@tabletheory/core';
import type { EngineClientConfig } from '@tabletheory/local';
import { startXRayDaemon, type XRayDaemon } from '@tabletheory/local';
import { tableTheory, tableTheoryPlugin } from '@tabletheory/middy';
import { tableTheory as leanTableTheory } from '@tabletheory/middy/lean';
import { validator } from '@tabletheory/validator';
import { installInvokeStore, invoke } from '../support/request.ts';

/** What strangers send is stored as they sent it, as far as that goes. */
export const Letter = defineModel({
  name: 'Letter',
  table: 'letters',
  key: { partition: 'letterId' },
  attributes: {
    letterId: string({ minLength: 1 }),
    text: string({ optional: true, sensitive: true }),
    labels: record(string(), { optional: true }),
    content: any({ optional: true }),
    attachment: json({ optional: true }),
  },
});
export const models = { letters: Letter };

const PRESETS = { official: tableTheory, lean: leanTableTheory } as unknown as Record<string, typeof tableTheory>;
export const CLIENTS = Object.keys(PRESETS);

/** A chain of the preset with everything in it, and what it writes. */
export interface Chain {
  readonly lines: string[];
  /** Sends a request; it gives the response, or what it failed with. */
  call(event: unknown, options?: { traceId?: string; timeout?: number }): Promise<any>;
}

export interface ChainOptions {
  readonly client?: string;
  readonly config: EngineClientConfig | object;
  readonly schemas?: object;
  readonly handler: (event: any, context: any) => unknown;
}

/** Makes one chain. `logEvent` is on: the event is told as well, as far as it may. */
export function chain({ client = 'official', config, schemas, handler }: ChainOptions): Chain {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const preset = PRESETS[client]!({
    service: 'letters',
    models,
    logger: { destination, logEvent: true, level: 'debug', correlationId: 'x-correlation-id' },
    metrics: { namespace: 'Letters', destination },
    dynamodb: { config, warmUp: false } as object,
    ...(schemas && { validator: validator(schemas as { body: object }) }),
  });
  const handle = middy<any, any>(tableTheoryPlugin())
    .use(preset as middy.MiddlewareObj<any, any, any, any>[])
    .handler(handler as never);
  let count = 0;
  return {
    lines,
    call: (event, options) => invoke(handle as never, event, { requestId: `request-${++count}`, ...options }),
  };
}

/** An HTTP API's event with a JSON body. */
export function post(body: unknown, more: object = {}): object {
  return {
    version: '2.0',
    routeKey: 'POST /letters',
    rawPath: '/letters',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: { requestId: 'r', http: { method: 'POST', path: '/letters' } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    ...more,
  };
}

/** A daemon that every chain of this process reports to. */
export async function startDaemon(): Promise<XRayDaemon> {
  const daemon = await startXRayDaemon();
  process.env.AWS_XRAY_DAEMON_ADDRESS = daemon.address;
  installInvokeStore();
  return daemon;
}

/** Names that `Object.prototype` has: a reading of an inherited one would find them. */
export const INHERITED = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'];

/** What a polluted prototype would show. */
export function prototypeProperties(): string[] {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype].flatMap((prototype) =>
    Reflect.ownKeys(prototype).map(String),
  );
}
