import type { Result, Row } from '../result.ts';

export const exactly = (value: number) => ({ median: value, low: value, high: value });

export const row = (group: string, subject: string, value: number, ratio?: number): Row => ({
  group,
  subject,
  ours: subject === 'Ours',
  unit: 'µs',
  value: exactly(value),
  ...(ratio === undefined ? {} : { ratio: exactly(ratio), against: 'Peer' }),
});

export const result = (rows: readonly Row[]): Result => ({
  name: 'requests',
  title: 'Requests & <answers>',
  method: ['Measured with care.'],
  measuredAt: '2026-01-01T00:00:00.000Z',
  machine: { node: '24.0.0', platform: 'linux x64', processor: 'A processor', cores: 2, memory: 8 },
  versions: { peer: '1.2.3' },
  rounds: 5,
  rows,
});
