import { spawnSync } from 'node:child_process';
import middy from '@middy/core';
import { describe, expect, test, vi } from 'vitest';
import { ok, operations, run, testDaemon, traceA, traceB, traceHeader } from './test-daemon.ts';
import { xray } from './xray.ts';

const daemon = testDaemon();

describe('a request that is not sampled', () => {
  test.each([
    ['by decision', traceHeader(traceA, '0'), traceA],
    ['for want of a parent', `Root=${traceA}`, traceA],
    ['for want of a header', undefined, ''],
    ['for a malformed header', 'Root=1-2-3;Parent=x;Sampled=1', ''],
  ])('%s sends nothing, and context.trace does nothing', async (_name, value, id) => {
    vi.stubEnv('_X_AMZN_TRACE_ID', value);
    const handler = middy()
      .use(xray())
      .use(operations(ok))
      .handler(async (_event, { trace }) => {
        trace.annotate('key', 'value');
        trace.metadata('key', { value: 1 });
        const { capture } = trace;
        return [
          trace.id,
          trace.sampled,
          capture('sync', (inner) => inner.sampled),
          await capture('async', async () => 7),
        ];
      });
    expect(await handler({}, {} as never)).toEqual([id, false, false, 7]);
    // A sampled request sent afterwards is the first the daemon hears of.
    await run(
      middy()
        .use(xray())
        .handler(async () => {}),
      traceB,
    );
    expect((await daemon.document()).trace_id).toBe(traceB);
  });

  test('does not load the SDK; a sampled one loads it without cls-hooked', async () => {
    const program = `
      import { registerHooks } from 'node:module';
      import middy from '@middy/core';
      const invocation = '${new URL('../../invocation/src/index.ts', import.meta.url).href}';
      const loaded = [];
      registerHooks({
        resolve(name, context, next) {
          const result = next(name === '@tabletheory/invocation' ? invocation : name, context);
          loaded.push(result.url);
          return result;
        },
      });
      const seen = (name) => loaded.some((url) => url.includes(name));
      const { xray } = await import('${new URL('./index.ts', import.meta.url).href}');
      const handler = middy().use(xray()).handler(async (_event, { trace }) => trace.sampled);
      const report = [];
      for (const header of ['', '${traceHeader(traceA, '0')}', '${traceHeader(traceA)}']) {
        process.env._X_AMZN_TRACE_ID = header;
        report.push([await handler({}, {}), seen('aws-xray-sdk-core'), seen('cls-hooked')]);
      }
      console.log(JSON.stringify(report));
      process.exit();
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      [false, false, false],
      [false, false, false],
      [true, true, false],
    ]);
    // The document left before the process ended.
    expect((await daemon.document()).trace_id).toBe(traceA);
  });
});
