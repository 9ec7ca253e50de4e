import { expect, test } from 'vitest';
import { createRootLogger } from './root-logger.ts';

const forged = { level: 'FATAL', timestamp: 'never', _aws: {}, kept: 1 };

function written(log: (root: ReturnType<typeof createRootLogger>) => void, base = {}): any {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  log(createRootLogger({ level: 'info', base, redact: [], destination }));
  return JSON.parse(lines[0] as string);
}

test.each<[string, () => any]>([
  ['a record', () => written((root) => root.info(forged, 'm'))],
  ['bindings of a child', () => written((root) => root.child(forged).info('m'))],
  ['bindings set later', () => written((root) => [root.setBindings(forged), root.info('m')])],
  ['the base', () => written((root) => root.info('m'), forged)],
])('what %s has under a reserved name is moved', (_where, write) => {
  const line = write();
  expect(line).toMatchObject({ level: 'INFO', level_: 'FATAL', timestamp_: 'never', _aws_: {}, kept: 1 });
  expect(line.timestamp).toMatch(/^\d{4}-/);
  expect(line).not.toHaveProperty('_aws');
});

test('what is nested keeps its names', () => {
  expect(written((root) => root.info({ a: forged }, 'm')).a).toEqual(forged);
});
