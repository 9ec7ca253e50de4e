import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { useEngine } from '@tabletheory/testkit';
import { describe, expect, it } from 'vitest';
import { call, chain, counted, countOnce } from './test-chain.ts';
import { models } from './test-models.ts';

const { tables } = useEngine({ models, emptyBeforeEach: true });

/** Runs the function of `test-function.ts` and kills it in the middle of the request. */
async function killInTheMiddle(when: string, key: string): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'test-function.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, KILLED: when, KEY: key },
  });
  const exited = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => Promise.reject(new Error('the function ended by itself'))),
  ]);
  child.kill('SIGKILL');
  await exited;
}

/** Repeats the request until it is answered, as a client does. */
async function repeat(handler: unknown, key: string): Promise<unknown> {
  for (;;) {
    try {
      return await call(handler, { key });
    } catch (error) {
      if ((error as { code?: string }).code !== 'IDEMPOTENCY_IN_PROGRESS') throw error;
      await wait(50);
    }
  }
}

describe('a request whose function was killed', { timeout: 60_000 }, () => {
  it.each([
    ['before it wrote', 1, 'from the one after'],
    ['after it wrote with a token', 1, 'from the one after'],
    ['after it wrote and completed', 0, 'from the one that was killed'],
  ])('%s, is done once', async (when, runs, response) => {
    await tables().counters.create({ counterId: 'c', count: 0 });
    const key = when; // a token lives longer than a table that is emptied
    await killInTheMiddle(when, key);
    let ran = 0;
    const handler = chain(tables(), async (_event, { idempotency }) => {
      ran++;
      await countOnce(tables(), idempotency.token());
      return 'from the one after';
    });
    expect(await repeat(handler, key)).toBe(response);
    expect(await repeat(handler, key)).toBe(response);
    expect(ran).toBe(runs);
    expect(await counted(tables())).toBe(1);
  });

  it('is in progress until its time would have been over', async () => {
    await killInTheMiddle('before it wrote', 'k');
    const handler = chain(tables(), () => 'done');
    const error = await call(handler, { key: 'k' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS', statusCode: 409 });
    await wait((error as { retryAfter: number }).retryAfter + 10);
    expect(await call(handler, { key: 'k' })).toBe('done');
  });
});
