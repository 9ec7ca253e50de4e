import { expect, it } from 'vitest';
import { declareSensitive, sensitiveAttributes } from './sensitive.ts';

it('collects what every model declares', () => {
  const attributes = sensitiveAttributes();
  declareSensitive(['email']);
  declareSensitive(new Set(['email', 'cardToken']));
  expect([...attributes]).toEqual(['email', 'cardToken']);
});
