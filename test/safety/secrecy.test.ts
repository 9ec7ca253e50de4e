// A canary is put wherever a value may be, and then looked for in everything that leaves a function but its answer to
// a request that succeeded: logs, traces, metrics, what is written to the console, problem responses, and errors with
// all that hangs on them.
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import middy from '@middy/core';
import { any, defineModel, integer, record, string, stringSet, type Tables, version } from '@tabletheory/core';
import { startEngine } from '@tabletheory/local';
import { tableTheory, tableTheoryPlugin } from '@tabletheory/middy';
import { tableTheory as leanTableTheory } from '@tabletheory/middy/lean';
import { validator } from '@tabletheory/validator';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dynamodbError, startFakeDynamodb } from '../support/fake-dynamodb.ts';
import { invoke } from '../support/request.ts';
import { startDaemon } from './requests.ts';

const CANARY = 'canary-3f9a51';

const Account = defineModel({
  name: 'Account',
  table: 'accounts',
  key: { partition: 'owner', sort: 'number' },
  attributes: {
    owner: string({ minLength: 1 }),
    number: string(),
    mail: string({ unique: true, optional: true }),
    secret: string({ sensitive: true, optional: true }),
    note: string({ maxLength: 500_000, optional: true }),
    tags: stringSet({ optional: true }),
    more: record(any(), { optional: true }),
    balance: integer({ default: 0, maximum: 100 }),
    version: version(),
  },
});
const models = { accounts: Account };
type AccountTables = Tables<typeof models>;

const account = (number = CANARY) => ({
  owner: CANARY,
  number,
  secret: CANARY,
  note: CANARY,
  tags: new Set([CANARY]),
  more: { [CANARY]: { deep: [CANARY] } },
});

const engine = await startEngine({ models });
const daemon = await startDaemon();
afterAll(async () => {
  await Promise.all([engine.stop(), daemon.stop()]);
});

/** In DynamoDB's place: it refuses with what its path says, or says nothing at all. */
const refusing = await startFakeDynamodb(() => dynamodbError('ThrottlingException', 'Rate exceeded'));
const failing = await startFakeDynamodb(() => dynamodbError('InternalServerError', 'Internal server error', 500));
const denying = await startFakeDynamodb(() => dynamodbError('AccessDeniedException', 'not authorized'));
const silent = await startFakeDynamodb(() => undefined);
const garbled = await startFakeDynamodb(() => ({ status: 200, body: { Item: { owner: { S: CANARY }, x: CANARY } } }));
afterAll(() => Promise.all([refusing, failing, denying, silent, garbled].map((fake) => fake.stop())));

type Work = (tables: AccountTables, request: { input: any; log: any; trace: any; metrics: any }) => Promise<unknown>;
interface Scenario {
  readonly work: Work;
  readonly config?: object;
  readonly timeout?: number;
  /** Whether it succeeds; else it has to fail. */
  readonly succeeds?: true;
  readonly body?: string;
}

const key = { owner: CANARY, number: CANARY };
const get: Work = (t) => t.accounts.get(key);
const put: Work = (t) => t.accounts.put(account());

const SCENARIOS: Record<string, Scenario> = {
  'a success': {
    succeeds: true,
    work: async (t, { log, trace, input }) => {
      await t.accounts.delete(key);
      await t.accounts.put(account());
      const found = await t.accounts
        .where('owner', '=', CANARY)
        .filter((c) => c('note', '=', CANARY))
        .all();
      log.info({ secret: CANARY, deep: [{ secret: { a: CANARY } }] }, 'found');
      log.child({ secret: CANARY }).debug('child');
      trace.annotate('secret', CANARY);
      trace.metadata('found', { secret: CANARY });
      return [found.length, input === undefined];
    },
  },
  'a body that does not match': { body: JSON.stringify({ note: [CANARY], secret: { a: CANARY } }), work: get },
  'a body that is no JSON': { body: `{"note": ${CANARY}`, work: get },
  'a body with a forbidden name': { body: `{"note": "${CANARY}", "__proto__": {"a": "${CANARY}"}}`, work: get },
  'an item that breaks its model': { work: (t) => t.accounts.put({ ...account(), balance: CANARY as never }) },
  'a set that breaks its model': { work: (t) => t.accounts.put({ ...account(), tags: [CANARY, CANARY] as never }) },
  'an unknown attribute': { work: (t) => t.accounts.put({ ...account(), balance: 101, x: CANARY } as never) },
  'a taken key': { work: async (t) => [await put(t, {} as never).catch(() => {}), await t.accounts.create(account())] },
  'a failed condition': {
    work: async (t) => {
      await t.accounts.delete(key);
      await t.accounts.create(account());
      return t.accounts.update(key, (u) => u.set('note', CANARY), { if: (c) => c('note', '<>', CANARY) });
    },
  },
  'a stale version': { work: (t) => t.accounts.put({ ...account('stale'), version: 7 }) },
  'an item that is not there': { work: (t) => t.accounts.getOrThrow({ owner: CANARY, number: `${CANARY}-none` }) },
  'a value that is taken': {
    work: async (t) => {
      await t.accounts.put({ owner: 'a', number: 'a', mail: CANARY }).catch(() => {});
      await t.accounts.create({ owner: CANARY, number: 'b', mail: CANARY });
    },
  },
  'a cancelled transaction': {
    work: (t) =>
      t.$transactWrite((tx) => [
        tx.accounts.put(account('transaction')),
        tx.accounts.update(key, (u) => u.set('note', CANARY), { if: (c) => c('owner', '=', `not ${CANARY}`) }),
      ]),
  },
  'an item that is too large': { work: (t) => t.accounts.put({ ...account('large'), note: CANARY.repeat(33_000) }) },
  'a forged cursor': {
    work: (t) =>
      t.accounts.where('owner', '=', CANARY).page({ size: 1, cursor: Buffer.from(CANARY).toString('base64') }),
  },
  'throttling of a write': { config: refusing.clientConfig, work: put },
  'throttling of a batch': {
    config: refusing.clientConfig,
    work: (t) => t.accounts.batchWrite({ put: [{ ...account(), mail: undefined } as never] }),
  },
  'a failing service': {
    config: failing.clientConfig,
    work: (t) => t.accounts.update(key, (u) => u.set('note', CANARY)),
  },
  'a denied access': { config: denying.clientConfig, work: put },
  'a deadline in a read': { config: silent.clientConfig, timeout: 1_500, work: get },
  'a deadline in a write': { config: silent.clientConfig, timeout: 1_500, work: put },
  'a stored item that does not fit': { config: garbled.clientConfig, work: get },
  'an unexpected throw': {
    work: () =>
      Promise.reject(Object.assign(new Error('unexpected', { cause: { body: CANARY } }), { item: account() })),
  },
  'a thrown value': { work: () => Promise.reject({ statusCode: 500, body: CANARY, message: CANARY }) },
  'a TypeError of the language': { work: async () => (account() as any).more.absent.member },
  'a wrong metric': { work: async (_t, { metrics }) => metrics.addDimension('Owner', `${CANARY}\n`) },
};

const headers = {
  'content-type': 'application/json',
  Authorization: `Bearer ${CANARY}`,
  cookie: `session=${CANARY}`,
  'X-Api-Key': CANARY,
  'x-amz-security-token': CANARY,
  'proxy-authorization': CANARY,
};

const event = (body: string): object => ({
  version: '2.0',
  routeKey: 'POST /accounts',
  rawPath: '/accounts',
  rawQueryString: `token=${CANARY}`,
  queryStringParameters: { token: CANARY, secret: CANARY },
  cookies: [`session=${CANARY}`],
  headers,
  requestContext: {
    requestId: 'r',
    http: { method: 'POST', path: '/accounts' },
    authorizer: { jwt: { claims: { sub: CANARY } } },
  },
  stageVariables: { password: CANARY },
  body,
  isBase64Encoded: false,
});

const body = { type: 'object', properties: { note: { type: 'string' }, secret: { type: 'string' } } };

let written: ReturnType<typeof vi.spyOn>[] = [];
beforeEach(() => {
  vi.stubEnv('AWS_SESSION_TOKEN', '');
  const silence = (): boolean => true;
  written = (['log', 'info', 'debug', 'warn', 'error', 'trace'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  );
  written.push(vi.spyOn(process, 'emitWarning').mockImplementation(() => {}));
  written.push(vi.spyOn(process.stderr, 'write').mockImplementation(silence));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const PRESETS = { official: tableTheory, lean: leanTableTheory as unknown as typeof tableTheory };
let traces = 0;

describe.each(Object.entries(PRESETS))('on the %s client', (_client, preset) => {
  test.each(Object.entries(SCENARIOS))('%s tells no value', async (_what, scenario) => {
    const lines: string[] = [];
    const errors: unknown[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const config = { maxAttempts: 2, ...(scenario.config ?? engine.clientConfig) };
    const handler = middy<any, any>(tableTheoryPlugin())
      .use(
        preset({
          service: 'accounts',
          models,
          logger: { destination, level: 'trace', logEvent: true },
          metrics: { namespace: 'Accounts', destination, nPlusOne: {} },
          deadline: { reserve: 400 },
          dynamodb: { config, warmUp: false } as object,
          validator: validator({ body }) as middy.MiddlewareObj<any, any, any, any>,
        }) as middy.MiddlewareObj<any, any, any, any>[],
      )
      .onError(({ error }) => void errors.push(error))
      .handler(async (_event: unknown, { tables, ...context }: any) => {
        const result = await scenario.work(tables, context).catch((error) => {
          if (!(error instanceof Error)) throw error; // a value: what is in it is the application's to know
          context.log.error({ error }, 'failed');
          context.log.error(error);
          context.log.warn('failed: %s %o', error.name, error);
          throw error;
        });
        return { statusCode: 200, body: JSON.stringify(result ?? null) };
      });
    const traceId = `1-${(++traces).toString(16).padStart(8, '0')}-bbbbbbbbbbbbbbbbbbbbbbbb`;
    const sent = event(scenario.body ?? JSON.stringify({ note: CANARY, secret: CANARY }));
    const { timeout = 30_000 } = scenario;
    const response = await invoke(handler as never, sent, { requestId: 'r', traceId, timeout });

    if (scenario.succeeds) expect([response.statusCode, errors]).toEqual([200, []]);
    else expect([response.statusCode >= 400, errors.length]).toEqual([true, 1]);
    const segments = await daemon.waitFor((all) => all.some(({ trace_id }) => trace_id === traceId));
    await wait(20); // for what comes late
    expect(lines.length).toBeGreaterThan(2);
    // The application's own errors are as it made them.
    const typed = errors.filter((error) => error instanceof Error && error.message !== 'unexpected');
    const told = {
      response,
      lines,
      segments,
      written: written.flatMap(({ mock }) => mock.calls),
      inspected: typed.map((error) => inspect(error, { depth: 12 })),
      json: typed.map((error) => JSON.stringify(error)),
      hidden: typed.map(hiddenTexts),
    };
    const places = Object.entries(told).filter(([, part]) =>
      inspect(part, { depth: 30, maxStringLength: null, maxArrayLength: null }).includes(CANARY),
    );
    expect(Object.fromEntries(places)).toEqual({});
  });
});

/** What an error is documented to carry for the program, which neither loggers nor `inspect` see. */
const DOCUMENTED = new Set(['item', 'items', 'partial', 'cursor']);

/** Every text that hangs on an error, also on what is not enumerable. */
function hiddenTexts(error: unknown): string[] {
  const texts: string[] = [];
  const waiting: unknown[] = [error];
  const seen = new Set<unknown>();
  for (const value of waiting) {
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('latin1'));
    else {
      for (const name of Reflect.ownKeys(value)) {
        if (!DOCUMENTED.has(String(name))) waiting.push(String(name), (value as any)[name]);
      }
    }
  }
  return texts;
}
