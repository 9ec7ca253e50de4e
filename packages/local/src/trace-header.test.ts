import { expect, test } from 'vitest';
import { newTraceId, traceHeader, traceIdOf } from './trace-header.ts';

const id = '1-5759e988-bd862e3fe1be46a994272793';

test('a new trace id carries the time in seconds', () => {
  const [, seconds] = /^1-([0-9a-f]{8})-[0-9a-f]{24}$/.exec(newTraceId()) ?? [];
  expect(Math.abs(Number.parseInt(seconds ?? '0', 16) - Date.now() / 1000)).toBeLessThan(60);
});

test('a new header is complete and sampled', () => {
  expect(traceHeader(undefined)).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/);
});

test.each([id, `Root=${id}`])('%s is completed', (given) => {
  expect(traceHeader(given)).toMatch(new RegExp(`^Root=${id};Parent=[0-9a-f]{16};Sampled=1$`));
});

test('a complete header stays as it is', () => {
  const header = `Root=${id};Parent=53995c3f42cd8ad8;Sampled=0`;
  expect(traceHeader(header)).toBe(header);
  expect(traceHeader(header, true)).toBe(header.replace('Sampled=0', 'Sampled=1'));
  expect(traceHeader(id, false)).toMatch(/Sampled=0$/);
});

test('a malformed header is replaced', () => {
  expect(traceIdOf('Root=nonsense')).toBeUndefined();
  expect(traceHeader('Root=nonsense')).toMatch(/^Root=1-/);
});
