import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { traceA, traceHeader } from './test-daemon.ts';

/** Runs one sampled request in a process of its own. */
function request(daemonAddress: string, missing = 'nothing is missing') {
  const program = `
    import { registerHooks } from 'node:module';
    import middy from '@middy/core';
    const invocation = '${new URL('../../invocation/src/index.ts', import.meta.url).href}';
    registerHooks({
      resolve(name, context, next) {
        if (name.includes('${missing}')) throw new Error('Cannot find package');
        return next(name === '@tabletheory/invocation' ? invocation : name, context);
      },
    });
    const { xray } = await import('${new URL('./index.ts', import.meta.url).href}');
    const handler = middy().use(xray()).handler(async (_event, { trace }) => trace.capture('work', () => trace.sampled));
    console.log(JSON.stringify([await handler({}, {}), await handler({}, {})]));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    env: { ...process.env, _X_AMZN_TRACE_ID: traceHeader(traceA), AWS_XRAY_DAEMON_ADDRESS: daemonAddress },
  });
  return { answers: JSON.parse(stdout), stderr };
}

test.each([
  ['the SDK is not installed', '127.0.0.1:2000', 'aws-xray-sdk-core'],
  ['the address of the daemon is malformed', 'nowhere', undefined],
])('a request is answered untraced, with one warning, when %s', (_name, address, missing) => {
  const { answers, stderr } = request(address, missing);
  expect(answers).toEqual([false, false]);
  expect(stderr.match(/nothing is traced/g)).toHaveLength(1);
});

test.each([
  ['has no such port', '127.0.0.1:0'],
  ['does not listen', '127.0.0.1:9'],
])('a request is answered when the daemon %s', (_name, address) => {
  expect(request(address).answers).toEqual([true, true]);
});
