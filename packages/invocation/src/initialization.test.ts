import { afterEach, expect, it, vi } from 'vitest';
import { initializationType, initPhases, recordInitPhase } from './initialization.ts';

afterEach(() => vi.unstubAllEnvs());

it('tells how Lambda started the environment', () => {
  vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', undefined);
  expect(initializationType()).toBeUndefined();
  vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'snap-start');
  expect(initializationType()).toBe('snap-start');
});

it('adds up the phases by name', () => {
  recordInitPhase('client', 3);
  recordInitPhase('tables', 1);
  recordInitPhase('client', 2);
  expect(initPhases()).toEqual({ client: 5, tables: 1 });
});
