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
function signing(
  given: { offset?: number; credentials?: (options?: object) => Promise<Credentials>; disabled?: boolean } = {},
) {
  const config: any = {
    systemClockOffset: given.offset ?? 0,
    credentials: given.credentials ?? (async () => ({ accessKeyId: 'a', secretAccessKey: 's' })),
    ...(given.disabled && { disableClockSkewCorrection: async () => true }),
  };
  const signed: Record<string, string>[] = [];
  const run = (answer: () => unknown): Promise<any> => {
    const request = { headers: {} as Record<string, string>, body: '{}' };
    const next = async () => {
      signed.push(request.headers);
      return answer();
    };
    return sign(config, new Signer())(next, {})({ request, call: { endpoint: { signingRegion: 'us-east-1' } } });
  };
  const refuse = (error: object): Promise<Refusal> =>
    run(() => {
      throw error;
    }).catch((thrown) => thrown);
  return { config, run, refuse, signed };
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

describe("the service's clock", () => {
  const answered = (headers: object) => () => ({ response: { statusCode: 200, headers } });
  const date = new Date(NOW + HOUR).toUTCString();

  it('is learned from an answer, and signed with from then on', async () => {
    const { config, run, signed } = signing();
    await run(answered({ date }));
    await run(answered({}));
    expect(config.systemClockOffset).toBe(HOUR);
    expect(signed.map((headers) => headers['x-amz-date'])).toEqual(['20260101T120000Z', '20260101T130000Z']);
  });

  it('is not asked for where the client does not correct its own', async () => {
    const { config, run, refuse, signed } = signing({ offset: 1_000, disabled: true });
    await run(answered({ date }));
    const { $metadata } = await refuse(refusal('InvalidSignatureException', NOW + HOUR));
    expect($metadata.clockSkewCorrected).toBeUndefined();
    expect(config.systemClockOffset).toBe(1_000);
    expect(signed.map((headers) => headers['x-amz-date'])).toEqual(['20260101T120000Z', '20260101T120000Z']);
  });

  it.each([
    ['without a date', {}],
    ['with no date that can be read', { date: 'soon' }],
    ['of a cache', { date, age: '0' }],
  ])('is not told by an answer %s', async (_what, headers) => {
    const { config, run } = signing({ offset: 5 });
    await run(answered(headers));
    expect(config.systemClockOffset).toBe(5);
  });

  it.each([
    [900_000, HOUR - 900_000],
    [900_001, 5],
  ])('is told by an answer that was on its way for %i ms, or not: an offset of %i ms', async (ms, offset) => {
    const { config, run } = signing({ offset: 5 });
    await run(() => {
      vi.setSystemTime(NOW + ms);
      return answered({ date })();
    });
    expect(config.systemClockOffset).toBe(offset);
  });

  it.each([
    [239_000, undefined],
    [240_000, true],
    [-240_000, true],
  ])('was far enough off to be refused, or not: %i ms', async (ms, corrected) => {
    const { refuse } = signing();
    const { $metadata } = await refuse(refusal('InvalidSignatureException', NOW + ms));
    expect($metadata.clockSkewCorrected).toBe(corrected);
  });
});

describe('what is no refusal', () => {
  it.each([
    ['has no answer', { name: 'ExpiredTokenException' }],
    ['has a damaged one', { name: 'SyntaxError', $metadata: { httpStatusCode: 200 } }],
  ])('is thrown as it is where it %s', async (_what, thrown) => {
    const error = Object.assign(new Error(), thrown);
    expect(await signing().refuse(error)).toBe(error);
    expect(error).toMatchObject(thrown);
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

  it('are others where they have another key', async () => {
    let count = 0;
    const { refuse } = signing({ credentials: async () => ({ accessKeyId: `a${++count}`, secretAccessKey: 's' }) });
    expect((await refuse(refusal('ExpiredTokenException'))).$metadata.credentialsRenewed).toBe(true);
    expect(count).toBe(2);
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
