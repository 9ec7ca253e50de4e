import { AsyncLocalStorage } from 'node:async_hooks';
import middy from '@middy/core';
import { type Invocation, invocationOf } from '@tabletheory/invocation';
import { startXRayDaemon, type XRayDaemon } from '@tabletheory/local';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ENDINGS, type Ending, idOf } from './endings.ts';
import { middlewares, NAMES, ORDERS } from './middlewares.ts';
import { type Mode, modes } from './modes.ts';

const MODES = await modes();

// Where an environment runs several requests at once, Lambda keeps each one's trace header in its invoke store.
const invokeStore = new AsyncLocalStorage<string>();
Object.assign((globalThis as unknown as { awslambda: object }).awslambda, {
  InvokeStore: { getXRayTraceId: () => invokeStore.getStore() },
});

let daemon: XRayDaemon;
beforeAll(async () => {
  daemon = await startXRayDaemon();
  vi.stubEnv('AWS_XRAY_DAEMON_ADDRESS', daemon.address);
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'matrix');
  vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '512');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await daemon.stop();
});

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
});

const event = (id: string) => ({
  version: '2.0',
  routeKey: 'POST /things',
  rawPath: '/things',
  rawQueryString: '',
  headers: { 'content-type': 'application/json', 'x-id': id },
  requestContext: { requestId: id, http: { method: 'POST', path: '/things' } },
  body: JSON.stringify({ id }),
  isBase64Encoded: false,
});

function lambdaContext(id: string, timeout: number): object {
  const end = Date.now() + timeout;
  return {
    awsRequestId: id,
    functionName: 'matrix',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:matrix',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
}

const traceRoot = (id: string) => `1-5759e988-${Buffer.from(id).toString('hex').padStart(24, '0').slice(-24)}`;

/** A chain of some middlewares, and the records of the requests it has seen. */
function chain(names: readonly string[], mode: Mode, ending: Ending) {
  const all = middlewares({ lines });
  const requests: middy.Request<any, any, any, any>[] = [];
  const handler = middy<any, any, any, any>({ ...mode.plugin, ...ending.plugin });
  handler.before((request) => void requests.push(request));
  if (ending.before) handler.use(ending.before());
  for (const name of names) handler.use(all[name]!);
  if (ending.behind) handler.use(ending.behind());
  handler.handler((received: any, context: any) => ending.handler({ id: idOf(received), context }));
  const invoke = (id: string): Promise<unknown> =>
    invokeStore.run(`Root=${traceRoot(id)};Parent=53995c3f42cd8ad8;Sampled=1`, () =>
      mode.call(handler, event(id), lambdaContext(id, ending.timeout ?? 3_000)),
    );
  const records = (): Invocation[] => requests.flatMap((request) => invocationOf(request) ?? []);
  return { invoke, records };
}

/** What a request comes to: its response, or the message it failed with. */
async function outcome(invoked: Promise<unknown>): Promise<{ response?: unknown; failure?: string }> {
  try {
    return { response: await invoked };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

function expectEnding(
  result: { response?: unknown; failure?: string },
  id: string,
  ending: Ending,
  names: readonly string[],
) {
  if (ending.response !== undefined) {
    expect(result).toEqual({ response: ending.response(id) });
  } else if (names.includes('httpErrors')) {
    expect(result.response).toMatchObject({ statusCode: expect.any(Number) });
    expect((result.response as { statusCode: number }).statusCode).toBeGreaterThanOrEqual(500);
  } else {
    expect(result.failure).toMatch(ending.failure as RegExp);
  }
}

const SETS: Record<string, readonly string[]> = {
  ...Object.fromEntries(NAMES.map((name) => [`${name} alone`, [name]])),
  ...Object.fromEntries(Object.entries(ORDERS).map(([order, names]) => [`all ${order}`, names])),
};

describe.each(Object.entries(MODES))('in %s mode', (_mode, mode) => {
  describe.each(Object.entries(SETS))('%s', (_set, names) => {
    it.each(Object.entries(ENDINGS))('%s, and the request after it', async (_ending, ending) => {
      const { invoke, records } = chain(names, mode, ending);
      for (const id of ['first', 'second']) {
        expectEnding(await outcome(invoke(id)), id, ending, names);
        for (const record of records()) await vi.waitFor(() => expect(record.ended).toBe(true));
      }
      expect(new Set(records()).size).toBe(records().length);
    });
  });
});

describe.each(Object.entries(ORDERS))('requests at once, %s', (_order, names) => {
  it.each([2, 64])('%i of them stay apart', async (count) => {
    const { invoke, records } = chain(names, MODES.standard!, ENDINGS.success!);
    const ids = Array.from({ length: count }, (_, i) => `at-once-${i}`);
    const results = await Promise.all(ids.map((id) => invoke(id)));
    expect(results).toEqual(ids.map((id) => ENDINGS.success!.response!(id)));
    expect(records()).toHaveLength(count);
    const requestLines = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'request');
    expect(requestLines.map((line) => line.function_request_id).sort()).toEqual([...ids].sort());
    for (const line of requestLines) {
      expect(line.xray_trace_id).toBe(traceRoot(line.function_request_id));
      // Its own read; in some orders the records of idempotency count as operations, too.
      expect(line.table).toMatchObject({ read_capacity: 0.5 });
    }
    const ownTraces = new Set(ids.map(traceRoot));
    await vi.waitFor(() => {
      const traced = daemon.segments.filter(({ trace_id }) => ownTraces.has(trace_id as string));
      expect(new Set(traced.map(({ trace_id }) => trace_id)).size).toBe(count);
    });
  });
});

describe('a request nobody waits for', () => {
  it('leaves nothing to the one after it', async () => {
    const { invoke, records } = chain(NAMES, MODES.standard!, {
      handler: ({ id }) =>
        id === 'abandoned' ? new Promise(() => {}) : Promise.resolve({ statusCode: 200, body: id }),
      timeout: 200,
    });
    void outcome(invoke('abandoned'));
    expect(await invoke('next')).toEqual({ statusCode: 200, body: 'next' });
    const [abandoned, next] = records();
    expect(next!.ended).toBe(true);
    expect(next!.signal!.aborted).toBe(false);
    // Its own deadline still ends what it waits for.
    await vi.waitFor(() => expect(abandoned!.signal!.aborted).toBe(true));
    const nextLines = lines.map((line) => JSON.parse(line)).filter((line) => line.message === 'request');
    expect(nextLines.map((line) => line.function_request_id)).toEqual(['next']);
  });
});
