import { createCipheriv, createDecipheriv } from 'node:crypto';
import { StoredItemInvalidError } from '@tabletheory/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { models } from '../support/encrypted-models.ts';
import { type Row, startEncryptedTables } from '../support/encrypted-tables.ts';
import { thrownBy } from '../support/thrown.ts';

const shop = await startEncryptedTables(models);
afterAll(() => shop[Symbol.asyncDispose]());
const tables = shop.tables();

let entry = 0;
beforeEach(() => {
  entry++;
});

describe('version 1', () => {
  // Made by the documented format: a data key of KMS without a context, tagged JSON, and the attribute's stored name.
  async function envelope(attribute: string, text: string): Promise<Row[string]> {
    const { Plaintext, CiphertextBlob } = await kmsCall('GenerateDataKey', { KeyId: shop.keyId, KeySpec: 'AES_256' });
    const nonce = Buffer.from('00112233445566778899aabb', 'hex');
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(Plaintext, 'base64'), nonce);
    cipher.setAAD(Buffer.from(`theorydb:encrypted:v1|attr=${attribute}`));
    const ct = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    const edk = Buffer.from(CiphertextBlob, 'base64');
    return { M: { v: { N: '1' }, edk: { B: edk }, nonce: { B: nonce }, ct: { B: ct } } };
  }

  async function kmsCall(operation: string, input: object): Promise<{ Plaintext: string; CiphertextBlob: string }> {
    const headers = { 'x-amz-target': `TrentService.${operation}`, 'content-type': 'application/x-amz-json-1.1' };
    const answer = await fetch(shop.kms.endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
    return (await answer.json()) as { Plaintext: string; CiphertextBlob: string };
  }

  const at = () => ({ PK: { S: 'TENANT#v1' }, SK: { S: `ENTRY#${entry}` } });

  it('is read, whatever the value', async () => {
    await shop.put('vault', {
      ...at(),
      text: await envelope('text', '{"t":"S","s":"from another SDK \\u003c\\u003e"}'),
      amount: await envelope('amount', '{"t":"N","n":"12.5"}'),
      bytes: await envelope('bytes', '{"t":"B","b":"AAEC"}'),
      tags: await envelope('tags', '{"t":"SS","ss":["a","b"]}'),
      address: await envelope('address', '{"t":"M","m":{"city":{"t":"S","s":"x"},"lines":{"t":"L"}}}'),
      anything: await envelope(
        'anything',
        '{"t":"L","l":[{"t":"BOOL","bool":false},{"t":"NULL","null":true},{"t":"NS","ns":["1"]},{"t":"M"}]}',
      ),
      status: await envelope('status', '{"t":"S","s":"old"}'),
    });
    expect(await tables.vault.get({ tenant: 'v1', entry })).toEqual({
      tenant: 'v1',
      entry,
      text: 'from another SDK <>',
      amount: 12.5,
      bytes: Uint8Array.of(0, 1, 2),
      tags: new Set(['a', 'b']),
      address: { city: 'x', lines: [] },
      anything: [false, null, new Set([1]), {}],
      status: 'old',
    });
    const strict = shop.tables({ readVersions: [2] });
    const error = await thrownBy(strict.vault.get({ tenant: 'v1', entry }), StoredItemInvalidError);
    expect(error.problems[0]?.message).toBe('is encrypted in version 1, which is not read');
  });

  it.each(['{"t":"S"}', '{"t":"S","s":1}', '{"t":"X","x":"a"}', '[]', 'no JSON', '{"t":"M","m":[]}'])(
    'is refused where it holds %s',
    async (text) => {
      await shop.put('vault', { ...at(), anything: await envelope('anything', text) });
      await thrownBy(tables.vault.get({ tenant: 'v1', entry }), StoredItemInvalidError);
    },
  );

  it('has a NULL for no value', async () => {
    const status = await envelope('status', '{"t":"S","s":"x"}');
    await shop.put('vault', { ...at(), status, text: await envelope('text', '{"t":"NULL","null":true}') });
    const item = await tables.vault.getOrThrow({ tenant: 'v1', entry });
    expect(item).toEqual({ tenant: 'v1', entry, status: 'x' });
    await tables.vault.put(item);
    expect(await shop.row('vault', at())).not.toHaveProperty('text');
  });

  it('is written on request, as others read it', async () => {
    const old = shop.tables({ version: 1 });
    await old.vault.create({ tenant: 'v1', entry, text: 'say "hi" é', anything: { b: 1, a: [true, null] } });
    const row = await shop.row('vault', at());
    const plain = async (name: string) => {
      const M = row[name]?.M as Record<string, { B: Uint8Array; N: string }>;
      expect(M.v).toEqual({ N: '1' });
      const CiphertextBlob = Buffer.from(M.edk!.B).toString('base64');
      const { Plaintext } = await kmsCall('Decrypt', { CiphertextBlob, KeyId: shop.keyId });
      const decipher = createDecipheriv('aes-256-gcm', Buffer.from(Plaintext, 'base64'), M.nonce!.B);
      decipher.setAAD(Buffer.from(`theorydb:encrypted:v1|attr=${name}`));
      decipher.setAuthTag(M.ct!.B.slice(-16));
      return Buffer.concat([decipher.update(M.ct!.B.slice(0, -16)), decipher.final()]).toString();
    };
    expect(await plain('text')).toBe('{"t":"S","s":"say \\"hi\\" é"}');
    expect(await plain('anything')).toBe(
      '{"t":"M","m":{"a":{"t":"L","l":[{"t":"BOOL","bool":true},{"t":"NULL","null":true}]},"b":{"t":"N","n":"1"}}}',
    );
    expect(shop.kms.requests.at(-1)?.encryptionContext).toEqual({});
    expect(await tables.vault.get({ tenant: 'v1', entry })).toMatchObject({ text: 'say "hi" é' });
  });
});
