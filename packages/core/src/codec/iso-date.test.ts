import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoText, isoTime } from './iso-date.ts';

const years = fc.date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31T23:59:59.999Z') });
const edges = [
  '0000-01-01',
  '0000-02-29',
  '0004-03-01',
  '1600-02-29',
  '1900-02-28',
  '1900-03-01',
  '1969-12-31T23:59:59.999Z',
];

describe('isoText', () => {
  it('is what toISOString makes of any date', () => {
    fc.assert(
      fc.property(fc.oneof(years, fc.date({ noInvalidDate: true })), (date) => isoText(date) === date.toISOString()),
      {
        numRuns: 2000,
      },
    );
    for (const edge of edges) expect(isoText(new Date(edge))).toBe(new Date(edge).toISOString());
  });
});

describe('isoTime', () => {
  it('is the time of every date that was written, but for leap days', () => {
    const expected = (text: string) => (text.slice(5, 10) === '02-29' ? undefined : Date.parse(text));
    fc.assert(
      fc.property(years, (date) => isoTime(date.toISOString()) === expected(date.toISOString())),
      { numRuns: 2000 },
    );
    expect(isoTime('0000-01-01T00:00:00.000Z')).toBe(Date.parse('0000-01-01T00:00:00.000Z'));
    for (let day = Date.parse('1895-01-01'); day < Date.parse('2105-01-01'); day += 86_400_000) {
      const text = new Date(day).toISOString();
      if (isoTime(text) !== expected(text)) expect(isoTime(text)).toBe(expected(text));
    }
  });

  it('is never another time than Date.parse reads', () => {
    const digit = fc.constantFrom(...'0123456789');
    const changed = fc.tuple(
      years,
      fc.nat(23),
      fc.oneof(digit, fc.string({ minLength: 1, maxLength: 1 }), fc.constant('')),
    );
    fc.assert(
      fc.property(changed, ([date, at, put]) => {
        const text = date.toISOString();
        const other = text.slice(0, at) + put + text.slice(at + 1);
        const time = isoTime(other);
        if (time !== undefined) expect(time).toBe(Date.parse(other));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    '',
    '2026-01-31T12:00:00Z',
    '2026-02-30T12:00:00.000Z',
    '2026-13-01T12:00:00.000Z',
    '2026-00-01T12:00:00.000Z',
    '2026-01-00T12:00:00.000Z',
    '2026-01-31T24:00:00.000Z',
    '2026-01-31T12:60:00.000Z',
    '2026-01-31T12:00:60.000Z',
    '2026-01-31T12:00:00.00xZ',
    '2026x01-31T12:00:00.000Z',
    '2026-01x31T12:00:00.000Z',
    '2026-01-31 12:00:00.000Z',
    '2026-01-31T12x00:00.000Z',
    '2026-01-31T12:00x00.000Z',
    '2026-01-31T12:00:00x000Z',
    '2026-01-31T12:00:00.000z',
    '2026-01-31T12:00:00.000Zx',
    '+02026-01-31T12:00:00.0Z',
  ])('is undefined for %j', (text) => {
    expect(isoTime(text)).toBeUndefined();
  });
});
