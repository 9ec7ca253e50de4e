import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

type Credentials = NonNullable<DynamoDBClientConfig['credentials']>;
type Provider = Extract<Credentials, (...args: never[]) => unknown>;

/** A role to act as, in this or another account. */
export interface AssumeRoleOptions {
  /** The role's ARN. */
  readonly roleArn: string;
  /** The name of the session, in the other account's log. Default: the function's name. */
  readonly sessionName?: string | undefined;
  readonly externalId?: string | undefined;
  /** Seconds the credentials hold, 900 to 3,600 for a function's role. Default 3,600. */
  readonly durationSeconds?: number | undefined;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html: a role that assumes another
// (role chaining, as a function does) gets credentials for one hour at most.
const LONGEST_SECONDS = 3_600;

/**
 * Credentials of an assumed role. They carry their expiration, so the client renews them before it; and
 * `@aws-sdk/credential-providers` is loaded when the first request needs them.
 */
export function assumedRole({
  roleArn,
  sessionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'tabletheory',
  externalId,
  durationSeconds = LONGEST_SECONDS,
}: AssumeRoleOptions): Provider {
  let provider: Promise<Provider> | undefined;
  const load = async (): Promise<Provider> => {
    const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
    return fromTemporaryCredentials({
      params: {
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: durationSeconds,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      },
    });
  };
  return async (properties?: object) => {
    provider ??= load();
    return (await provider)(properties);
  };
}
