import { expect, it } from 'vitest';
import { setEnvironment } from './environment.ts';

it('sets, deletes and puts back', () => {
  process.env.TESTKIT_A = 'before';
  delete process.env.TESTKIT_B;
  const restore = setEnvironment({ TESTKIT_A: undefined, TESTKIT_B: 'set' });
  expect('TESTKIT_A' in process.env).toBe(false);
  expect(process.env.TESTKIT_B).toBe('set');
  restore();
  expect(process.env.TESTKIT_A).toBe('before');
  expect('TESTKIT_B' in process.env).toBe(false);
  delete process.env.TESTKIT_A;
});
