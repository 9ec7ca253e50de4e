import { describe, expect, it } from 'vitest';
import { formats } from './formats.ts';

const cases: Record<string, { valid: string[]; invalid: string[] }> = {
  date: {
    valid: ['2024-02-29', '2000-02-29', '1999-12-31', '0001-01-01'],
    invalid: [
      '2023-02-29',
      '1900-02-29',
      '2024-13-01',
      '2024-00-10',
      '2024-04-31',
      '2024-01-00',
      '24-01-01',
      '2024-1-1',
    ],
  },
  'date-time': {
    valid: ['2024-02-29T23:59:59Z', '2024-01-01t00:00:00.123456789z', '2024-01-01T00:00:00+05:30'],
    invalid: [
      '2024-01-01',
      '2024-01-01T00:00:00',
      '2024-01-01 00:00:00Z',
      '2024-01-01T24:00:00Z',
      '2024-01-01T00:60:00Z',
      '1998-12-31T23:59:60Z',
      '2023-02-29T00:00:00Z',
      '2024-01-01T00:00:00.Z',
      '2024-01-01T00:00:00+24:00',
      '2024-01-01T00:00:00Z\n',
    ],
  },
  email: {
    valid: ['a@b.example', 'first.last+tag@sub.domain.org', "o'neil@localhost", `${'a'.repeat(64)}@b.co`],
    invalid: [
      '',
      'a',
      '@b.co',
      'a@',
      'a@b..co',
      '.a@b.co',
      'a.@b.co',
      'a..b@c.co',
      'a b@c.co',
      'a@-b.co',
      'a@b_c.co',
    ].concat(`${'a'.repeat(65)}@b.co`, `a@${'b.'.repeat(130)}co`),
  },
  uuid: {
    valid: ['123e4567-e89b-12d3-a456-426614174000', '123E4567-E89B-12D3-A456-426614174000'],
    invalid: [
      '123e4567e89b12d3a456426614174000',
      '123e4567-e89b-12d3-a456-42661417400',
      'g23e4567-e89b-12d3-a456-426614174000',
    ],
  },
  uri: {
    valid: ['https://example.com/a?b=c#d', 'urn:isbn:0451450523', 'mailto:a@b.co', 'http://[::1]:80/', 'a:%20'],
    invalid: ['', '/relative', 'example.com', 'http://', 'https://a b.co', 'a:%2', 'a:<b>', 'https://ex\u00e4mple.com'],
  },
};

describe.each(Object.entries(cases))('%s', (name, { valid, invalid }) => {
  const check = formats[name]!;
  it.each(valid)('takes %j', (value) => expect(check(value)).toBe(true));
  it.each(invalid)('refuses %j', (value) => expect(check(value)).toBe(false));
});

it('the cases cover every format', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(formats));
});

it.each(Object.keys(formats))('%s answers on megabytes of hostile text', (name) => {
  for (const text of ['a', '.', 'a.', '-', '%20', '2024-', '@', 'a@', 'http://']) {
    for (const end of ['', '\u0000', '@', '@a.b']) {
      expect(formats[name]?.(text.repeat(400_000) + end)).toBeTypeOf('boolean');
      expect(formats[name]?.(`a:${text.repeat(400_000)}${end}`)).toBeTypeOf('boolean');
    }
  }
});
