import type { Credentials } from '../command/client.ts';
import { containerCredentials } from './container-credentials.ts';
import { CredentialsProviderError } from './credentials-error.ts';
import { environmentCredentials } from './environment-credentials.ts';

/** Gives credentials, with their `expiration` if they have one. */
export type CredentialsProvider = () => Promise<Credentials>;

/** Milliseconds before their expiration from which on credentials are renewed, as in the SDK. */
const AHEAD = 300_000;

/** Milliseconds before their expiration from which on requests wait for new ones. */
const WAIT = 60_000;

/**
 * Credentials from the environment, or from the container.
 *
 * @throws CredentialsProviderError when there are none.
 */
export async function defaultCredentials(): Promise<Credentials> {
  const found = environmentCredentials() ?? (await containerCredentials());
  if (found !== undefined) return found;
  throw new CredentialsProviderError(
    'No AWS credentials in the environment. The lean client reads no shared files and signs in to no SSO: ' +
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give it `credentials`, for example a provider of ' +
      '@aws-sdk/credential-providers',
  );
}

/**
 * Keeps the credentials of a provider, which is asked again before they expire: at first beside the requests, which go
 * on with those they have, and when little time is left, before them. One renewal runs at a time; if it fails, the
 * credentials are used as long as they are valid. Those without expiration are asked for once. With `forceRefresh` the
 * provider is asked whatever it said of their expiration.
 */
export function renewed(
  provider: CredentialsProvider,
): (options?: { readonly forceRefresh?: boolean }) => Promise<Credentials> {
  let current: Credentials | undefined;
  let renewal: Promise<Credentials> | undefined;

  function renew(): Promise<Credentials> {
    renewal ??= Promise.resolve()
      .then(provider)
      .then((credentials) => {
        current = checked(credentials);
        return current;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  return async (options) => {
    if (current === undefined || options?.forceRefresh) return renew();
    const left = timeLeft(current);
    if (left > AHEAD) return current;
    const next = renew().catch((error: unknown) => {
      // Stryker disable next-line ConditionalExpression: there are some, or requests would wait; the type needs to be told.
      if (current !== undefined && timeLeft(current) > 0) return current;
      throw error;
    });
    if (left <= WAIT) return next;
    next.catch(() => {}); // then a later request waits for it, and is told
    return current;
  };
}

function checked(credentials: Credentials): Credentials {
  if (credentials?.accessKeyId && credentials.secretAccessKey) return credentials;
  throw new CredentialsProviderError('The `credentials` given have no accessKeyId or no secretAccessKey');
}

function timeLeft({ expiration }: Credentials): number {
  return expiration === undefined ? Number.POSITIVE_INFINITY : expiration.getTime() - Date.now();
}
