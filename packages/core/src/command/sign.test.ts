import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credentials } from './client.ts';
import { sign } from './sign.ts';
import { Signer } from './signer.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1, 12);

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

interface Refusal {
  readonly $metadata: { readonly clockSkewCorrected?: boolean; readonly credentialsRenewed?: boolean };
}

const refusal = (name: string, date = NOW) => ({
  name,
  $metadata: {},
  $response: { statusCode: 400, headers: { date: new Date(date).toUTCString() } },
});

/** One client's signing step. */
function signing(given: { offset?: number; credentials?: (options?: object) => Promise<Credentials> } = {}) {
  const config: any = {
    systemClockOffset: given.offset ?? 0,
    credentials: given.credentials ?? (async () => ({ accessKeyId: 'a', secretAccessKey: 's' })),
  };
  const run = (answer: () => unknown): Promise<any> => {
    const request = { headers: {} as Record<string, string>, body: '{}' };
    const next = async () => answer();
    return sign(config, new Signer())(next, {})({ request, call: { endpoint: { signingRegion: 'us-east-1' } } });
  };
  const refuse = (error: object): Promise<Refusal> =>
    run(() => {
      throw error;
    }).catch((thrown) => thrown);
  return { config, run, refuse };
}

describe('the clock', () => {
  it('is corrected by a refusal that came because it was wrong, which is worth another try', async () => {
    const { config, refuse } = signing();
    const { $metadata } = await refuse(refusal('InvalidSignatureException', NOW + HOUR));
    expect($metadata.clockSkewCorrected).toBe(true);
    expect(config.systemClockOffset).toBe(HOUR);
  });

  it('is corrected back where an earlier answer had made it wrong', async () => {
    const { config, run, refuse } = signing();
    await run(() => ({ response: refusal('', NOW + HOUR).$response }));
    expect(config.systemClockOffset).toBe(HOUR);
    const { $metadata } = await refuse(refusal('InvalidSignatureException'));
    expect($metadata.clockSkewCorrected).toBe(true);
    expect(config.systemClockOffset).toBe(0);
  });

  it('is not to blame where it was known already', async () => {
    const { refuse } = signing({ offset: HOUR });
    const { $metadata } = await refuse(refusal('AccessDeniedException', NOW + HOUR + 1_000));
    expect($metadata.clockSkewCorrected).toBeUndefined();
  });

  it('of a request that was refused while another corrected it, was wrong', async () => {
    const { config, refuse } = signing();
    const error = refusal('InvalidSignatureException', NOW + HOUR);
    const [first, second] = await Promise.all([refuse(error), refuse({ ...error, $metadata: {} })]);
    expect([first?.$metadata, second?.$metadata]).toEqual([{ clockSkewCorrected: true }, { clockSkewCorrected: true }]);
    expect(config.systemClockOffset).toBe(HOUR);
  });
});

describe('credentials that have expired before their time', () => {
  const numbered = () => {
    let count = 0;
    let current: Credentials | undefined;
    const provider = vi.fn(async (options?: { forceRefresh?: boolean }) => {
      if (current === undefined || options?.forceRefresh) {
        current = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: `t${++count}` };
      }
      return current;
    });
    return { provider, count: () => count };
  };

  it('are renewed, which is worth another try', async () => {
    const { provider, count } = numbered();
    const { refuse } = signing({ credentials: provider });
    const { $metadata } = await refuse(refusal('ExpiredTokenException'));
    expect($metadata.credentialsRenewed).toBe(true);
    expect(count()).toBe(2);
  });

  it('are renewed once for all requests that were signed with them', async () => {
    const { provider, count } = numbered();
    const { run, refuse } = signing({ credentials: provider });
    let late: (() => void) | undefined;
    const second = run(
      () =>
        new Promise((_, reject) => {
          late = () => reject(refusal('ExpiredTokenException'));
        }),
    ).catch((thrown) => thrown);
    await refuse(refusal('ExpiredTokenException'));
    late?.();
    expect((await second).$metadata.credentialsRenewed).toBe(true);
    expect(count()).toBe(2);
  });

  it('are not worth another try where there are no others', async () => {
    const { refuse } = signing();
    expect((await refuse(refusal('ExpiredTokenException'))).$metadata.credentialsRenewed).toBe(false);
  });

  it('end in the refusal where they cannot be renewed', async () => {
    const { refuse } = signing({
      credentials: async (options = {}) => {
        if ('forceRefresh' in options) throw new Error('no answer');
        return { accessKeyId: 'a', secretAccessKey: 's' };
      },
    });
    expect(await refuse(refusal('ExpiredTokenException'))).toMatchObject({
      name: 'ExpiredTokenException',
      $metadata: { credentialsRenewed: false },
    });
  });

  it('are left alone after other refusals', async () => {
    const { provider, count } = numbered();
    const { refuse } = signing({ credentials: provider });
    await refuse(refusal('UnrecognizedClientException'));
    expect(count()).toBe(1);
  });
});
