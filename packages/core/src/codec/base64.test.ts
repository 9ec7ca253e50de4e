import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';

it('reads the bytes it writes, of a part of memory too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat({ max: 50 }), (bytes, from) => {
      const part = bytes.subarray(from);
      expect(fromBase64(toBase64(part))).toStrictEqual(new Uint8Array(part));
    }),
  );
});

it.each([0, 1, 2, 3, 4095, 4096, 5000, 100_000])('%i bytes are alone in their memory', (size) => {
  const bytes = fromBase64(toBase64(new Uint8Array(size).fill(7)));
  expect(bytes).toStrictEqual(new Uint8Array(size).fill(7));
  expect(bytes.buffer.byteLength).toBe(size);
  expect(fromBase64(toBase64(bytes)).buffer).not.toBe(bytes.buffer);
});
