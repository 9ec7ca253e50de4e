import type { Credentials } from '../command/client.ts';

/**
 * The credentials in the environment, as Lambda puts them there; `undefined` without.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 */
export function environmentCredentials(): Credentials | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CREDENTIAL_EXPIRATION: expiration,
    AWS_ACCOUNT_ID: accountId,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(expiration && { expiration: new Date(expiration) }),
    ...(accountId && { accountId }),
  };
}
