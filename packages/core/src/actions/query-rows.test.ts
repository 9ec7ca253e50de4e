import { expect, test } from 'vitest';
import type { QueryPlan } from '../query-plan.ts';
import { requestLimit } from './query-rows.ts';

const limit = (filtered: boolean, missing: number, requests: number) =>
  requestLimit({ filtered } as QueryPlan, missing, requests);

test('a request without a filter asks for what is missing', () => {
  expect(limit(false, 3, 0)).toBe(3);
  expect(limit(false, 3, 5)).toBe(3);
  expect(limit(false, Infinity, 0)).toBeUndefined();
});

test('a request with a filter asks for ten rows at least, and for twice as many each time', () => {
  expect([0, 1, 2, 3].map((requests) => limit(true, 1, requests))).toEqual([10, 20, 40, 80]);
  expect([0, 1].map((requests) => limit(true, 25, requests))).toEqual([25, 50]);
  expect(limit(true, Infinity, 3)).toBeUndefined();
});

test('no request asks for more than DynamoDB takes', () => {
  expect(limit(true, 1, 60)).toBe(10_000);
  expect(limit(true, 1, 5_000)).toBe(10_000);
  expect(limit(false, Number.MAX_SAFE_INTEGER, 0)).toBe(10_000);
});
