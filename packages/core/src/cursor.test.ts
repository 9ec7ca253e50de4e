import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredItem } from './codec/attribute-value.ts';
import { type CursorScope, decodeCursor, encodeCursor } from './cursor.ts';
import { CursorInvalidError } from './errors.ts';

const scope: CursorScope = {
  model: 'Order',
  operation: 'Query',
  keyNames: ['PK', 'SK', 'GSI1PK'],
  keyTypes: new Map([
    ['PK', 'S'],
    ['SK', 'S'],
    ['GSI1PK', 'N'],
  ]),
  partition: { PK: { S: 'CUSTOMER#c1' } },
  query: 'Query byStatus #0 = :0',
  secret: undefined,
};
const signed: CursorScope = { ...scope, secret: 'a secret of the service' };
const row: StoredItem = { PK: { S: 'CUSTOMER#c1' }, SK: { S: 'ORDER#o1' }, GSI1PK: { N: '5' }, total: { N: '7' } };
const key: StoredItem = { PK: { S: 'CUSTOMER#c1' }, SK: { S: 'ORDER#o1' }, GSI1PK: { N: '5' } };

const typeOf = (value: object): 'S' | 'N' | 'B' => Object.keys(value)[0] as 'S' | 'N' | 'B';

/** What a cursor is taken for: its key, or `undefined` where it is refused. */
function accepted(of: CursorScope, cursor: string): StoredItem | undefined {
  try {
    return decodeCursor(of, cursor);
  } catch (error) {
    expect(error).toBeInstanceOf(CursorInvalidError);
    expect(error).toMatchObject({ code: 'CURSOR_INVALID', model: of.model, operation: of.operation });
    return undefined;
  }
}

const keyValues = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }).map((S) => ({ S })),
  fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map((whole) => ({ N: String(whole) })),
  fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => ({ B: Buffer.from(bytes).toString('base64') })),
);

/** Ways to tamper with a text. */
const tampering = fc.oneof(
  fc.tuple(fc.nat(), fc.string({ unit: 'binary', maxLength: 2 })).map(([at, put]) => (text: string) => {
    const position = at % (text.length + 1);
    return text.slice(0, position) + put + text.slice(position + 1);
  }),
  fc.tuple(fc.nat(), fc.string({ minLength: 1, maxLength: 3 })).map(([at, put]) => (text: string) => {
    const position = at % (text.length + 1);
    return text.slice(0, position) + put + text.slice(position);
  }),
  fc.tuple(fc.nat(), fc.nat({ max: 7 })).map(([at, bit]) => (text: string) => {
    const bytes = Buffer.from(text);
    const position = at % bytes.length;
    bytes[position] = (bytes[position] as number) ^ (1 << bit);
    return bytes.toString('latin1');
  }),
  fc.nat().map((length) => (text: string) => text.slice(0, length % text.length)),
  fc.nat().map((from) => (text: string) => text.slice(1 + (from % text.length))),
);

/** Changes the content below the encoding, as someone does who knows the format. */
const bodyTampering = tampering.map((change) => (cursor: string) => {
  const [body = '', ...rest] = cursor.split('.');
  const changed = change(Buffer.from(body, 'base64url').toString('latin1'));
  return [Buffer.from(changed, 'latin1').toString('base64url'), ...rest].join('.');
});

describe.each([
  ['an unsigned', scope],
  ['a signed', signed],
])('%s cursor', (_which, of) => {
  it('reads back as the key of its row', () => {
    expect(decodeCursor(of, encodeCursor(of, row))).toEqual(key);
  });

  it('holds any key', () => {
    fc.assert(
      fc.property(keyValues, keyValues, (PK, SK) => {
        const keyTypes = new Map(Object.entries({ PK, SK }).map(([name, value]) => [name, typeOf(value)]));
        const scoped = { ...of, keyNames: ['PK', 'SK'], keyTypes, partition: { PK } };
        const read = decodeCursor(scoped, encodeCursor(scoped, { PK, SK }));
        expect({ ...read, SK: plain(read.SK), PK: plain(read.PK) }).toEqual({ PK: plain(PK), SK: plain(SK) });
      }),
    );
  });

  it.each<[what: string, name: string, value: StoredItem[string]]>([
    ['a key of another type', 'SK', { N: '1' }],
    ['an empty text', 'SK', { S: '' }],
    ['a number that is none', 'GSI1PK', { N: 'x' }],
    ['a number beyond all DynamoDB holds', 'GSI1PK', { N: '1e126' }],
  ])('does not start from %s', (_what, name, value) => {
    expect(() => decodeCursor(of, encodeCursor(of, { ...row, [name]: value }))).toThrow(CursorInvalidError);
  });

  it('is safe in a URL', () => {
    expect(encodeCursor(of, { ...row, SK: { S: '😀/?&=+ "' } })).toMatch(/^[\w.-]+$/);
  });

  it('never reads another partition, whatever is done to it', () => {
    const cursor = encodeCursor(of, row);
    fc.assert(
      fc.property(fc.array(fc.oneof(tampering, bodyTampering), { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = changes.reduce((text, change) => change(text), cursor);
        fc.pre(changed !== cursor);
        const read = accepted(of, changed);
        if (of.secret !== undefined) expect(read).toBeUndefined();
        if (read === undefined) return;
        expect(Object.keys(read)).toEqual(of.keyNames);
        expect(read.PK).toEqual(key.PK);
      }),
      { numRuns: 2000 },
    );
  });

  it('is taken in the one form it was made in', () => {
    const cursor = encodeCursor(of, row);
    for (const other of [`${cursor}=`, `${cursor}.x`, `${cursor}.`, ` ${cursor}`, `${cursor}\n`, `!${cursor}`]) {
      expect(accepted(of, other)).toBeUndefined();
    }
  });

  it.each<[string, Partial<CursorScope>]>([
    ['another model', { model: 'Customer' }],
    ['another index or key condition', { query: 'Query byPlace #0 = :0' }],
    ['other key names', { keyNames: ['PK', 'SK', 'GSI2PK'] }],
    ['fewer key names', { keyNames: ['PK', 'SK'] }],
    ['another partition', { partition: { PK: { S: 'CUSTOMER#c2' } } }],
    ['a partition of another type', { partition: { PK: { B: Buffer.from('CUSTOMER#c1').toString('base64') } } }],
    ['another secret', { secret: 'another secret' }],
  ])('does not go on with %s', (what, change) => {
    const other = { ...of, ...change };
    if (what === 'another secret' && of.secret === undefined)
      expect(accepted(signed, encodeCursor(of, row))).toBeUndefined();
    expect(accepted(other, encodeCursor(of, row))).toBeUndefined();
  });

  it.each(['', '.', '..', 'x', '{}', 'bnVsbA', 'W10', 'WzFd', '\u0000'])('is not %j', (cursor) => {
    expect(accepted(of, cursor)).toBeUndefined();
  });

  it.each([undefined, null, 5, {}, ['a']])('is not %j', (cursor) => {
    expect(accepted(of, cursor as unknown as string)).toBeUndefined();
  });
});

describe('a forged cursor', () => {
  /** A body as `encodeCursor` makes it, with other values. */
  const forge = (values: unknown): string => {
    const [version, digest] = JSON.parse(Buffer.from(encodeCursor(scope, row), 'base64url').toString());
    return Buffer.from(JSON.stringify([version, digest, values])).toString('base64url');
  };

  it.each([
    ['no array', 'x'],
    ['nothing', []],
    ['too few values', [['S', 'CUSTOMER#c1']]],
    [
      'a value of no key type',
      [
        ['S', 'CUSTOMER#c1'],
        ['BOOL', 'true'],
        ['N', '5'],
      ],
    ],
    [
      'a value that is no text',
      [
        ['S', 'CUSTOMER#c1'],
        ['S', 5],
        ['N', '5'],
      ],
    ],
    [
      'a longer pair',
      [
        ['S', 'CUSTOMER#c1'],
        ['S', 'a', 'b'],
        ['N', '5'],
      ],
    ],
    ['no pair', [['S', 'CUSTOMER#c1'], 'a', ['N', '5']]],
    ['null', null],
    [
      'another partition',
      [
        ['S', 'CUSTOMER#c2'],
        ['S', 'a'],
        ['N', '5'],
      ],
    ],
    [
      'a partition of another type',
      [
        ['N', 'CUSTOMER#c1'],
        ['S', 'a'],
        ['N', '5'],
      ],
    ],
  ])('with %s is refused', (_what, values) => {
    expect(accepted(scope, forge(values))).toBeUndefined();
  });

  it('of another version is refused', () => {
    const [, ...rest] = JSON.parse(Buffer.from(encodeCursor(scope, row), 'base64url').toString());
    expect(accepted(scope, Buffer.from(JSON.stringify([2, ...rest])).toString('base64url'))).toBeUndefined();
  });

  it('does not show its key in the error', () => {
    try {
      decodeCursor(
        scope,
        forge([
          ['S', 's3cret'],
          ['S', 's3cret'],
          ['N', '5'],
        ]),
      );
    } catch (error) {
      expect(`${(error as Error).message} ${JSON.stringify(error)}`).not.toContain('s3cret');
    }
  });
});

/** A key's value in a form to compare. */
function plain(value: StoredItem[string] | undefined): unknown {
  return value?.B === undefined ? value : [...value.B];
}

describe('a refusal', () => {
  const cursor = encodeCursor(scope, row);
  const told = (of: CursorScope, given: unknown): string => {
    try {
      decodeCursor(of, given as string);
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  };
  /** A cursor of the same query that says something else. */
  const saying = (change: (body: any[]) => unknown): string => {
    const body = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Buffer.from(JSON.stringify(change(body))).toString('base64url');
  };

  it.each<[string, CursorScope, unknown]>([
    ['The cursor is no text', scope, 5],
    ['The cursor is not signed by this service', signed, cursor],
    ['The cursor is not signed by this service', signed, `${cursor}.${'x'.repeat(43)}`],
    ['The cursor is damaged', scope, 'no JSON'],
    ['The cursor is damaged', scope, saying(([version, query]) => [version, query])],
    ['The cursor is damaged', scope, `${cursor}=`],
    ['The cursor is damaged or of another version', scope, saying(([, ...rest]) => [2, ...rest])],
    ['The cursor is damaged or of another version', scope, saying(() => ({ 0: 1 }))],
    ['The cursor belongs to another query', { ...scope, query: 'Query' }, cursor],
    ['The cursor belongs to another partition', { ...scope, partition: { PK: { S: 'CUSTOMER#c2' } } }, cursor],
  ])('says why: %s', (message, of, given) => {
    expect(told(of, given)).toBe(message);
  });
});

describe('a key of bytes', () => {
  const bytes: CursorScope = {
    ...scope,
    keyNames: ['PK'],
    keyTypes: new Map([['PK', 'B']]),
    partition: {},
  };
  const cursorOf = (pair: unknown): string => {
    const [version, digest] = JSON.parse(
      Buffer.from(encodeCursor(bytes, { PK: { B: 'AQI=' } }), 'base64url').toString(),
    );
    return Buffer.from(JSON.stringify([version, digest, [pair]])).toString('base64url');
  };

  it('is taken', () => {
    expect(accepted(bytes, cursorOf(['B', 'AQI=']))).toEqual({ PK: { B: 'AQI=' } });
  });

  it.each([
    ['of none', ['B', '']],
    ['in another base64', ['B', 'AQI']],
    ['that is no base64', ['B', '!!!!']],
    ['that is text', ['S', 'AQI=']],
    ['that is a number', ['N', '1']],
    ['of no type', ['X', 'AQI=']],
    ['with more behind it', ['B', 'AQI=', 'x']],
    ['that is an object', { 0: 'B', 1: 'AQI=', length: 2 }],
  ])('is refused %s', (_what, pair) => {
    expect(accepted(bytes, cursorOf(pair))).toBeUndefined();
  });
});
