import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credentials } from '../command/client.ts';
import { defaultCredentials, renewed } from './credentials.ts';
import { stubEnvironment } from './environment.fixture.ts';

beforeEach(() => stubEnvironment());

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('defaultCredentials', () => {
  it('takes those of the environment', async () => {
    stubEnvironment({
      AWS_ACCESS_KEY_ID: 'AKIA1',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_CREDENTIAL_EXPIRATION: '2026-01-01T00:00:00Z',
      AWS_ACCOUNT_ID: '123456789012',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/',
    });
    expect(await defaultCredentials()).toEqual({
      accessKeyId: 'AKIA1',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2026-01-01T00:00:00Z'),
      accountId: '123456789012',
    });
    stubEnvironment({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: '' });
    expect(await defaultCredentials()).toEqual({ accessKeyId: 'AKIA1', secretAccessKey: 'secret' });
  });

  it('says what to give where there are none', async () => {
    stubEnvironment({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_PROFILE: 'dev' });
    await expect(defaultCredentials()).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message:
        'No AWS credentials in the environment. The lean client reads no shared files and signs in to no SSO: ' +
        'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give it `credentials`, for example a provider of ' +
        '@aws-sdk/credential-providers',
    });
  });
});

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** A provider whose n-th credentials are called `n`, and expire an hour after they are asked for. */
function hourly() {
  let count = 0;
  return vi.fn(async (): Promise<Credentials> => {
    count++;
    return { accessKeyId: `${count}`, secretAccessKey: 's', expiration: new Date(Date.now() + HOUR) };
  });
}

/** Lets what is under way beside the requests come to its end. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await null;
}

describe('renewed', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  });

  it('asks once, whoever waits', async () => {
    const provider = hourly();
    const credentials = renewed(provider);
    const all = await Promise.all([credentials(), credentials(), credentials()]);
    expect(all.map(({ accessKeyId }) => accessKeyId)).toEqual(['1', '1', '1']);
    vi.setSystemTime(HOUR - 6 * MINUTE);
    expect((await credentials()).accessKeyId).toBe('1');
    expect(provider).toHaveBeenCalledOnce();
  });

  it('renews within five minutes of the expiration, beside the requests', async () => {
    const provider = hourly();
    const credentials = renewed(provider);
    await credentials();
    vi.setSystemTime(HOUR - 4 * MINUTE);
    const during = await Promise.all([credentials(), credentials()]);
    expect(during.map(({ accessKeyId }) => accessKeyId)).toEqual(['1', '1']);
    await settled();
    expect((await credentials()).accessKeyId).toBe('2');
    expect(provider).toHaveBeenCalledTimes(2);
  });

  it('renews from five minutes before the expiration on', async () => {
    const provider = hourly();
    const credentials = renewed(provider);
    await credentials();
    vi.setSystemTime(HOUR - 5 * MINUTE - 1);
    await credentials();
    await settled();
    expect(provider).toHaveBeenCalledTimes(1);
    vi.setSystemTime(HOUR - 5 * MINUTE);
    expect((await credentials()).accessKeyId).toBe('1');
    await settled();
    expect(provider).toHaveBeenCalledTimes(2);
  });

  it('lets requests wait in the last minute, and after the expiration', async () => {
    const provider = hourly();
    const credentials = renewed(provider);
    await credentials();
    vi.setSystemTime(HOUR - MINUTE);
    expect((await credentials()).accessKeyId).toBe('2');
    vi.setSystemTime(3 * HOUR);
    expect((await credentials()).accessKeyId).toBe('3');
  });

  it('uses those that are valid while the renewal fails, and asks again', async () => {
    const provider = hourly();
    const credentials = renewed(provider);
    await credentials();
    provider.mockRejectedValueOnce(new Error('no answer')).mockRejectedValueOnce(new Error('no answer'));
    vi.setSystemTime(HOUR - 4 * MINUTE);
    expect((await credentials()).accessKeyId).toBe('1');
    await settled();
    vi.setSystemTime(HOUR - 1);
    expect((await credentials()).accessKeyId).toBe('1');
    expect((await credentials()).accessKeyId).toBe('2');
  });

  it('tells nobody of a renewal beside the requests that fails when they are no longer valid', async () => {
    const provider = hourly();
    const credentials = renewed(provider);
    await credentials();
    const renewal = Promise.withResolvers<Credentials>();
    provider.mockReturnValueOnce(renewal.promise);
    vi.setSystemTime(HOUR - 4 * MINUTE);
    await credentials();
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    vi.setSystemTime(HOUR);
    renewal.reject(new Error('no answer'));
    await setImmediate();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect((await credentials()).accessKeyId).toBe('2');
  });

  it('gives the error of the renewal when they are no longer valid', async () => {
    const provider = hourly();
    const credentials = renewed(provider);
    await credentials();
    provider.mockRejectedValueOnce(new Error('no answer'));
    vi.setSystemTime(HOUR);
    await expect(credentials()).rejects.toThrow('no answer');
    expect((await credentials()).accessKeyId).toBe('2');
  });

  it('asks again after a first failure, also one that is thrown at once', async () => {
    const provider = hourly().mockImplementationOnce(() => {
      throw new Error('no file');
    });
    const credentials = renewed(provider);
    await expect(credentials()).rejects.toThrow('no file');
    expect((await credentials()).accessKeyId).toBe('1');
  });

  it('asks whenever a renewal is forced, once for all who force it at the same time', async () => {
    const provider = hourly();
    const credentials = renewed(provider);
    await credentials();
    const forced = await Promise.all([credentials({ forceRefresh: true }), credentials({ forceRefresh: true })]);
    expect(forced.map(({ accessKeyId }) => accessKeyId)).toEqual(['2', '2']);
    expect((await credentials()).accessKeyId).toBe('2');
  });

  it('keeps those without expiration', async () => {
    const provider = vi.fn(async () => ({ accessKeyId: 'a', secretAccessKey: 's' }));
    const credentials = renewed(provider);
    await credentials();
    vi.setSystemTime(10_000 * HOUR);
    await credentials();
    expect(provider).toHaveBeenCalledOnce();
  });

  it.each([undefined, {}, { accessKeyId: 'a' }, { secretAccessKey: 's' }])(
    'refuses what are no credentials: %o',
    async (given) => {
      const credentials = renewed(async () => given as Credentials);
      await expect(credentials()).rejects.toMatchObject({
        name: 'CredentialsProviderError',
        message: 'The `credentials` given have no accessKeyId or no secretAccessKey',
      });
    },
  );
});
