import type { ClientConfig, Credentials, HttpRequest, HttpResponse, Middleware } from './client.ts';
import type { Call } from './command.ts';
import type { ResolvedEndpoint } from './endpoint.ts';
import type { Signer } from './signer.ts';

// The SDK's bound: DynamoDB refuses requests whose time is off by more than five minutes.
const SKEW = 240_000;

// An answer that was so long on its way says nothing about the service's clock.
const STALE = 900_000;

/**
 * Signs each try by the service's clock, and learns from its answer how far this machine's clock is off. Credentials
 * that have expired, whatever their own date says, are renewed. The length is set here as well: middleware of the user
 * may have changed the body.
 */
export function sign(config: ClientConfig, signer: Signer): Middleware {
  return (next) => async (args) => {
    const { request }: { request: HttpRequest } = args;
    const { signingRegion } = (args.call as Call).endpoint as ResolvedEndpoint;
    const credentials = await config.credentials();
    const corrects = (await config.disableClockSkewCorrection?.()) !== true;
    const offset = config.systemClockOffset;
    const sentAt = Date.now();
    request.headers['content-length'] = String(Buffer.byteLength(request.body));
    signer.sign(request, credentials, signingRegion, new Date(sentAt + (corrects ? offset : 0)));
    try {
      const result = await next(args);
      if (corrects) correct(config, result.response, sentAt);
      return result;
    } catch (error) {
      const { name, $response, $metadata } = error as Refused;
      if ($metadata === undefined) throw error;
      if (corrects && $response !== undefined) {
        correct(config, $response, sentAt);
        // The time that was signed, not this machine's, was wrong: an earlier answer may have named a wrong one.
        if (Math.abs(config.systemClockOffset - offset) >= SKEW) $metadata.clockSkewCorrected = true;
      }
      if (name === 'ExpiredTokenException') $metadata.credentialsRenewed = await areRenewed(config, credentials);
      throw error;
    }
  };
}

interface Refused {
  readonly name?: string;
  readonly $response?: HttpResponse;
  readonly $metadata?: { clockSkewCorrected?: boolean; credentialsRenewed?: boolean };
}

/** Whether there are others now, after they have been asked for where no other request has done so. */
async function areRenewed(config: ClientConfig, expired: Credentials): Promise<boolean> {
  const others = ({ accessKeyId, sessionToken }: Credentials): boolean =>
    accessKeyId !== expired.accessKeyId || sessionToken !== expired.sessionToken;
  try {
    return others(await config.credentials()) || others(await config.credentials({ forceRefresh: true }));
  } catch {
    return false; // the refusal says more
  }
}

function correct(config: ClientConfig, { headers }: HttpResponse, sentAt: number): void {
  // Stryker disable next-line StringLiteral: any text does that is no date.
  const { date = '', age } = headers;
  const now = Date.now();
  const served = Date.parse(date);
  if (Number.isNaN(served) || age !== undefined || now - sentAt > STALE) return;
  config.systemClockOffset = served - now;
}
