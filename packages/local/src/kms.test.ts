import { afterAll, describe, expect, it } from 'vitest';
import { startKms } from './kms.ts';
import { PortInUseError } from './port.ts';

const kms = await startKms();
afterAll(() => kms.stop());
const keyId = kms.createKey('alias/orders');

async function call(operation: string, input: object | string): Promise<any> {
  const response = await fetch(kms.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': `TrentService.${operation}`, 'content-type': 'application/x-amz-json-1.1' },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

describe('startKms', () => {
  it('makes data keys that it alone decrypts, in their context', async () => {
    const EncryptionContext = { b: '2', a: '1' };
    const made = await call('GenerateDataKey', { KeyId: 'alias/orders', KeySpec: 'AES_256', EncryptionContext });
    expect(made).toMatchObject({ status: 200, KeyId: keyId });
    expect(Buffer.from(made.Plaintext, 'base64')).toHaveLength(32);
    const { CiphertextBlob } = made;
    const read = await call('Decrypt', { CiphertextBlob, EncryptionContext: { a: '1', b: '2' } });
    expect(read).toMatchObject({ status: 200, KeyId: keyId, Plaintext: made.Plaintext });
    for (const context of [{}, { a: '1' }, { a: '1', b: '3' }]) {
      const refused = await call('Decrypt', { CiphertextBlob, EncryptionContext: context });
      expect(refused).toMatchObject({ status: 400, __type: 'InvalidCiphertextException' });
    }
    expect(kms.requests.at(-1)).toEqual({
      operation: 'Decrypt',
      keyArn: keyId,
      encryptionContext: { a: '1', b: '3' },
      error: 'InvalidCiphertextException',
    });
  });

  it('refuses what it did not make', async () => {
    const { CiphertextBlob } = await call('GenerateDataKey', { KeyId: keyId });
    const bytes = Buffer.from(CiphertextBlob, 'base64');
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      expect((await call('Decrypt', { CiphertextBlob: changed.toString('base64') })).__type).toBe(
        'InvalidCiphertextException',
      );
    }
    expect((await call('Decrypt', {})).__type).toBe('InvalidCiphertextException');
  });

  it('knows keys by ARN, id and alias, and no others', async () => {
    expect((await call('GenerateDataKey', { KeyId: keyId.split('/')[1] })).KeyId).toBe(keyId);
    expect((await call('GenerateDataKey', { KeyId: 'alias/other' })).__type).toBe('NotFoundException');
    expect((await call('GenerateDataKey', 'no JSON')).__type).toBe('NotFoundException');
    expect((await call('Encrypt', { KeyId: keyId })).__type).toBe('UnknownOperationException');
  });

  it('refuses on request', async () => {
    kms.setEnabled(keyId, false);
    expect((await call('GenerateDataKey', { KeyId: keyId })).__type).toBe('DisabledException');
    kms.setEnabled(keyId, true);
    kms.refuse('AccessDeniedException');
    expect((await call('GenerateDataKey', { KeyId: keyId })).__type).toBe('AccessDeniedException');
    kms.refuse();
    expect((await call('GenerateDataKey', { KeyId: keyId })).status).toBe(200);
    expect(() => kms.setEnabled('none', true)).toThrow('has no key none');
  });

  it('says that its port is taken', async () => {
    await expect(startKms({ port: kms.port })).rejects.toThrow(PortInUseError);
    await using other = await startKms();
    expect(other.clientConfig).toMatchObject({ endpoint: other.endpoint, region: 'us-east-1' });
  });
});
