import { expect, test } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

test('lines come whole, however the chunks are cut', () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const byte of Buffer.from('première\n\nzweite Zeile für €5\nrest')) splitter.write(Buffer.of(byte));
  expect(lines).toEqual(['première', '', 'zweite Zeile für €5']);
  splitter.end();
  splitter.end();
  expect(lines).toEqual(['première', '', 'zweite Zeile für €5', 'rest']);
});
