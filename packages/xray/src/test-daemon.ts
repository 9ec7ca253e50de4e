import { createSocket } from 'node:dgram';
import type middy from '@middy/core';
import { invocationOf, type OperationOutcome } from '@tabletheory/invocation';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { xray as leanXray } from './lean-xray.ts';
import { xray as sdkXray } from './xray.ts';

/** What every test of documents runs for: both send the same. */
export const recorders = [
  ['aws-xray-sdk-core', sdkXray],
  ['the lean recorder', leanXray],
] as const;

export const parent = '53995c3f42cd8ad8';
export const traceA = '1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa';
export const traceB = '1-5759e988-bbbbbbbbbbbbbbbbbbbbbbbb';

/** A UDP socket where the X-Ray daemon would listen, for the tests of one file. */
export interface TestDaemon {
  /** Every datagram since the test began. */
  readonly received: string[];
  /** Waits until this many documents have arrived. */
  documents(count: number): Promise<any[]>;
  /** The one document that arrives. */
  document(): Promise<any>;
}

export function testDaemon(): TestDaemon {
  const received: string[] = [];
  const socket = createSocket('udp4');
  beforeAll(async () => {
    socket.on('message', (message) => received.push(message.toString()));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    // Read by the SDK when it is loaded: before the first sampled request.
    process.env.AWS_XRAY_DAEMON_ADDRESS = `127.0.0.1:${socket.address().port}`;
  });
  afterAll(() => {
    socket.close();
  });
  beforeEach(() => {
    vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    received.length = 0;
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    Reflect.deleteProperty(globalThis, 'awslambda');
  });

  async function documents(count: number): Promise<any[]> {
    await vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(count), { timeout: 10_000, interval: 5 });
    return received.map((datagram) => {
      const [protocol, document] = datagram.split('\n');
      expect(protocol).toBe('{"format":"json","version":1}');
      return JSON.parse(document as string);
    });
  }

  async function document(): Promise<any> {
    const all = await documents(1);
    expect(all).toHaveLength(1);
    return all[0];
  }

  return { received, documents, document };
}

export function traceHeader(root: string, sampled = '1'): string {
  return `Root=${root};Parent=${parent};Sampled=${sampled};Lineage=1:2:3`;
}

/** Calls a handler as Lambda would for a sampled request. */
export function run(
  handler: (event: any, context: any) => Promise<any>,
  root: string = traceA,
  event: unknown = {},
): Promise<any> {
  vi.stubEnv('_X_AMZN_TRACE_ID', traceHeader(root));
  return handler(event, { functionName: 'orders', awsRequestId: root });
}

export const getItem = { name: 'GetItem', tables: ['orders'], models: ['Order'] };

export const ok: OperationOutcome = {
  durationMs: 5,
  attempts: [{ durationMs: 5, delayMs: 0, status: 200, throttled: false }],
  consumed: [{ table: 'orders', read: 0.5, write: 0 }],
  items: 1,
  requestId: 'REQUEST',
};

/** A middleware that performs operations as the data layer would report them. */
export function operations(...outcomes: OperationOutcome[]): { before: (request: middy.Request) => void } {
  return {
    before(request) {
      for (const outcome of outcomes) invocationOf(request)?.observe?.(getItem)?.(outcome);
    },
  };
}
