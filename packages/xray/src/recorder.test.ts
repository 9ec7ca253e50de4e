import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { testDaemon, traceA, traceHeader } from './test-daemon.ts';

const daemon = testDaemon();

/** Runs requests in a process of their own, one for each trace header. */
function requests(entry: string, headers: string[], daemonAddress?: string, missing = 'nothing is missing') {
  const program = `
    import { registerHooks } from 'node:module';
    import middy from '@middy/core';
    const invocation = '${new URL('../../invocation/src/index.ts', import.meta.url).href}';
    const loaded = [];
    registerHooks({
      resolve(name, context, next) {
        if (name.includes('${missing}')) throw new Error('Cannot find package');
        const result = next(name === '@tabletheory/invocation' ? invocation : name, context);
        loaded.push(result.url);
        return result;
      },
    });
    const seen = (name) => loaded.some((url) => url.includes(name));
    const { xray } = await import('${new URL(entry, import.meta.url).href}');
    const handler = middy().use(xray()).handler(async (_event, { trace }) => trace.capture('work', () => trace.sampled));
    const answers = [];
    for (const header of ${JSON.stringify(headers)}) {
      process.env._X_AMZN_TRACE_ID = header;
      answers.push([await handler({}, {}), seen('aws-xray-sdk-core'), seen('cls-hooked'), seen('dgram')]);
    }
    console.log(JSON.stringify(answers));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    env: { ...process.env, ...(daemonAddress !== undefined && { AWS_XRAY_DAEMON_ADDRESS: daemonAddress }) },
  });
  return { answers: JSON.parse(stdout) as boolean[][], stderr };
}

const sampled = traceHeader(traceA);
const unsampled = traceHeader(traceA, '0');

test.each([
  ['./index.ts', 'the SDK is not installed', '127.0.0.1:2000', 'aws-xray-sdk-core'],
  ['./index.ts', 'the address of the daemon is malformed', 'nowhere', undefined],
  ['./lean.ts', 'the address of the daemon is malformed', 'nowhere', undefined],
])('%s answers a request untraced, with one warning, when %s', (entry, _name, address, missing) => {
  const { answers, stderr } = requests(entry, [sampled, sampled], address, missing);
  expect(answers.map(([isTraced]) => isTraced)).toEqual([false, false]);
  expect(stderr.match(/nothing is traced/g)).toHaveLength(1);
});

test.each([
  ['./index.ts', 'has no such port', '127.0.0.1:0'],
  ['./lean.ts', 'has no such port', '127.0.0.1:0'],
  ['./index.ts', 'does not listen', '127.0.0.1:9'],
  ['./lean.ts', 'does not listen', '127.0.0.1:9'],
])('%s answers a request when the daemon %s', (entry, _name, address) => {
  const { answers } = requests(entry, [sampled, sampled], address);
  expect(answers.map(([isTraced]) => isTraced)).toEqual([true, true]);
});

test('the SDK is loaded by the first sampled request, without cls-hooked', async () => {
  const { answers, stderr } = requests('./index.ts', ['', unsampled, sampled]);
  expect(stderr).toBe('');
  expect(answers).toEqual([
    [false, false, false, false],
    [false, false, false, false],
    [true, true, false, true],
  ]);
  // The document left before the process ended.
  expect((await daemon.document()).trace_id).toBe(traceA);
});

test('the lean recorder loads no SDK and imports no socket', async () => {
  const { answers, stderr } = requests('./lean.ts', ['', unsampled, sampled], undefined, 'aws-xray-sdk-core');
  expect(stderr).toBe('');
  expect(answers).toEqual([
    [false, false, false, false],
    [false, false, false, false],
    [true, false, false, false],
  ]);
  expect((await daemon.document()).trace_id).toBe(traceA);
});
