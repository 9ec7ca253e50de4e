import { afterEach, describe, expect, it, vi } from 'vitest';
import { awsKms, type KmsConfig } from './kms.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const configOf = async (keyId: string, config: KmsConfig) => ((await awsKms(keyId, config)) as any).config;
const credentials = async () => ({ accessKeyId: 'AKIA1', secretAccessKey: 's' });

describe('awsKms', () => {
  it.each([
    ['arn:aws:kms:eu-central-1:123456789012:key/k', 'eu-central-1'],
    ['arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/k', 'us-gov-west-1'],
    ['alias/k', 'us-east-2'],
    ['arn:aws:dynamodb:eu-central-1:1:table/t', 'us-east-2'],
    ['x-arn:aws:kms:eu-central-1:1:key/k', 'us-east-2'],
  ])('is in the region of the key %s', async (keyId, region) => {
    const config = await configOf(keyId, { region: async () => 'us-east-2', credentials });
    expect(await config.region()).toBe(region);
    expect(await config.credentials()).toMatchObject({ accessKeyId: 'AKIA1' });
  });

  it('says what is missing where the SDK is not installed', async () => {
    const cause = new Error('not found');
    vi.doMock('@aws-sdk/client-kms', () => {
      throw cause;
    });
    const error = await awsKms('alias/k', {}).catch((thrown) => thrown);
    vi.doUnmock('@aws-sdk/client-kms');
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('Encrypted attributes need @aws-sdk/client-kms: install it, or give encryption.kms');
    expect(error.cause).toBeDefined();
  });

  it('leaves what is not given to the SDK', async () => {
    vi.stubEnv('AWS_REGION', 'ap-south-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA2');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    const config = await configOf('alias/k', {});
    expect(await config.region()).toBe('ap-south-1');
    expect(await config.credentials()).toMatchObject({ accessKeyId: 'AKIA2' });
  });
});
