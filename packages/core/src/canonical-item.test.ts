import { expect, it } from 'vitest';
import { canonicalItem } from './canonical-item.ts';

it('is the same for every spelling of an item', () => {
  const written = {
    id: { S: 'a' },
    ratio: { N: '1e+21' },
    sizes: { NS: ['3', '1.0', '20'] },
    tags: { SS: ['z', 'a'] },
    photo: { B: 'AQI=' },
    parts: { BS: ['Ag==', 'AQ=='] },
    lines: { L: [{ M: { sku: { S: 'x' }, price: { N: '0.10' } } }] },
    open: { BOOL: true },
    note: { NULL: true as const },
  };
  const returned = {
    note: { NULL: true as const },
    open: { BOOL: true },
    lines: { L: [{ M: { price: { N: '0.1' }, sku: { S: 'x' } } }] },
    parts: { BS: ['AQ==', 'Ag=='] },
    photo: { B: 'AQI=' },
    tags: { SS: ['a', 'z'] },
    sizes: { NS: ['20', '3', '1'] },
    ratio: { N: '1000000000000000000000' },
    id: { S: 'a' },
  };
  expect(canonicalItem(returned)).toEqual(canonicalItem(written));
});

it.each([
  [{ a: { S: '1' } }, { a: { N: '1' } }],
  [{ a: { N: '1' } }, { a: { N: '10' } }],
  [{ a: { L: [{ S: 'x' }, { S: 'y' }] } }, { a: { L: [{ S: 'y' }, { S: 'x' }] } }],
  [{ a: { SS: ['x'] } }, { a: { L: [{ S: 'x' }] } }],
  [{ a: { BOOL: true } }, { a: { BOOL: false } }],
  [{ a: { SS: ['x'] } }, { a: { SS: ['x', 'y'] } }],
  [{ a: { NS: ['1'] } }, { a: { NS: ['2'] } }],
  [{ a: { BS: ['AQ=='] } }, { a: { BS: ['Ag=='] } }],
  [{ a: { B: 'AQ==' } }, { a: { B: 'Ag==' } }],
  [{ a: { M: { b: { S: 'x' } } } }, { a: { M: { b: { S: 'y' } } } }],
  [{ a: { M: {} } }, { a: { L: [] } }],
  [{ a: { S: 'x' } }, { a: { S: 'x' }, b: { S: 'y' } }],
])('differs for different items', (one, other) => {
  expect(canonicalItem(one)).not.toEqual(canonicalItem(other as typeof one));
});
