import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import middy from '@middy/core';
import { afterEach, expect, test, vi } from 'vitest';
import { logger } from './logger.ts';
import { onSigterm } from './sigterm.ts';
import { capture, run } from './test-destination.ts';

afterEach(() => {
  process.removeListener('SIGTERM', onSigterm);
});

const listening = () => process.listeners('SIGTERM').filter((listener) => listener === onSigterm).length;

test('is listened to once, and only where lines are buffered', () => {
  logger(capture().options);
  expect(listening()).toBe(0);
  for (let i = 0; i < 3; i++) logger(capture({ buffer: {} }).options);
  expect(listening()).toBe(1);
});

test('has the lines of running requests written and the destination flushed, and those of ended ones not', async () => {
  // Another listener, as an application's own: the process is left to it.
  const other = vi.fn();
  process.once('SIGTERM', other);
  const out = capture({ buffer: {} });
  const flushSync = vi.fn();
  const destination = Object.assign({ flushSync }, out.options.destination);
  const end = Promise.withResolvers<void>();
  const handler = middy<{ wait: boolean; name: string }>()
    .use(logger({ ...out.options, destination }))
    .handler(async ({ name, wait }, { log }) => {
      log.debug(name);
      if (wait) await end.promise;
      log.debug(`${name} later`);
    });
  await run(handler as never, { name: 'ended', wait: false });
  const running = run(handler as never, { name: 'running', wait: true });
  await vi.waitFor(() => expect(out.records()).toHaveLength(1));
  process.emit('SIGTERM');
  expect(out.records().map(({ message }) => message)).toEqual(['request', 'running']);
  expect(flushSync).toHaveBeenCalledOnce();
  expect(other).toHaveBeenCalledOnce();
  end.resolve();
  await running;
  expect(out.records().map(({ message }) => message)).toEqual(['request', 'running', 'running later', 'request']);
});

test('ends the process as ever, after its lines are written', async () => {
  const program = `
    import { registerHooks } from 'node:module';
    import middy from '@middy/core';
    const invocation = '${new URL('../../invocation/src/index.ts', import.meta.url).href}';
    registerHooks({
      resolve: (name, context, next) => next(name === '@tabletheory/invocation' ? invocation : name, context),
    });
    const { logger } = await import('${new URL('./index.ts', import.meta.url).href}');
    const handler = middy().use(logger({ buffer: {} })).handler(async (_event, { log }) => {
      log.debug('kept');
      log.info('ready');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
    await handler({}, {});
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: import.meta.dirname });
  const output = text(child.stdout);
  child.stdout.once('data', () => child.kill('SIGTERM'));
  const [code, signal] = await once(child, 'exit');
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' });
  const lines = (await output).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(['ready', 'kept']);
});

test('forgets requests that never end', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const out = capture({ buffer: {} });
  const logs: WeakRef<object>[] = [];
  const handler = middy()
    .use(logger(out.options))
    .handler((_event, { log }) => {
      log.debug('suspended');
      logs.push(new WeakRef(log));
      return new Promise(() => {}); // as a durable execution that waits
    });
  for (let i = 0; i < 20; i++) void run(handler);
  await vi.waitFor(
    async () => {
      await new Promise(setImmediate);
      collectGarbage();
      expect(logs.filter((log) => log.deref() !== undefined)).toHaveLength(0);
    },
    { timeout: 10_000 },
  );
  const other = () => {};
  process.on('SIGTERM', other);
  process.emit('SIGTERM');
  process.removeListener('SIGTERM', other);
  expect(logs).toHaveLength(20);
  expect(out.text()).toBe('');
});
