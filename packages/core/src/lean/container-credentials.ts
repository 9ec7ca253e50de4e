import { setTimeout as wait } from 'node:timers/promises';
import { backOffDelay } from '../backoff.ts';
import type { Credentials } from '../command/client.ts';
import { CredentialsProviderError } from './credentials-error.ts';
import { createHttpHandler, type HttpHandler } from './http-handler.ts';
import { isLoopback } from './loopback.ts';

/** Milliseconds for one try. The server is on the same machine. */
const TIMEOUT = 1_000;

/** How often it is tried. */
const ATTEMPTS = 4;

const BACK_OFF = { base: 100, cap: 1_000 };

/** Where ECS has it. */
const ECS = 'http://169.254.170.2';

/** Addresses that may be asked without TLS: those of ECS and EKS; loopback ones may be as well. */
const CONTAINER_HOSTS = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]']);

/**
 * The credentials of the container: in ECS and EKS, and in Lambda with SnapStart; `undefined` where the environment
 * names none. A try that gets no answer, or that the server fails, is made again.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *
 * @throws CredentialsProviderError when the server cannot be asked, refuses, or answers something else.
 */
export async function containerCredentials(
  handler: HttpHandler = createHttpHandler({ connectionTimeout: TIMEOUT, requestTimeout: TIMEOUT }),
): Promise<Credentials | undefined> {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = process.env;
  if (!relative && !full) return undefined;
  const url = serverUrl(relative ? ECS + relative : (full as string));
  try {
    for (let failures = 1; ; failures++) {
      try {
        return await ask(handler, url);
      } catch (error) {
        if (failures === ATTEMPTS || error instanceof CredentialsProviderError) throw error;
        await wait(backOffDelay(failures, BACK_OFF));
      }
    }
  } catch (error) {
    if (error instanceof CredentialsProviderError) throw error;
    throw new CredentialsProviderError(`The server of credentials, ${url.host}, did not answer`, {
      cause: error,
    });
  } finally {
    handler.destroy();
  }
}

function serverUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && (CONTAINER_HOSTS.has(url.hostname) || isLoopback(url.hostname))) return url;
  throw new CredentialsProviderError(
    'AWS_CONTAINER_CREDENTIALS_FULL_URI must be an https: URL, or http: to a loopback address, ECS or EKS',
  );
}

/** @throws Error when it may be tried again, CredentialsProviderError when not. */
async function ask(handler: HttpHandler, url: URL): Promise<Credentials> {
  const token = await authorization();
  const { response } = await handler.handle({
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    path: url.pathname + url.search,
    method: 'GET',
    headers: { host: url.host, ...(token && { authorization: token }) },
  });
  const { statusCode, body } = response;
  // 429: the agents of ECS and EKS bound how often they are asked.
  if (statusCode >= 500 || statusCode === 429) throw new Error(`Status ${statusCode}`);
  if (statusCode !== 200) {
    throw new CredentialsProviderError(`The server of credentials refused: status ${statusCode}`);
  }
  return credentialsIn(body.toString());
}

/** Read for each request: the file's content changes. */
async function authorization(): Promise<string | undefined> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN: given, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file } = process.env;
  const token = file ? await tokenIn(file) : given;
  if (token && /[\r\n]/.test(token)) {
    throw new CredentialsProviderError('The authorization token of the container contains a line break');
  }
  return token;
}

async function tokenIn(file: string): Promise<string> {
  try {
    return await process.getBuiltinModule('node:fs').promises.readFile(file, 'utf8');
  } catch (error) {
    throw new CredentialsProviderError('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read', { cause: error });
  }
}

/** No error quotes the answer: it may hold a secret. */
function credentialsIn(text: string): Credentials {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = parsed(text);
  const expiration = new Date(String(Expiration));
  const texts = [AccessKeyId, SecretAccessKey, Token];
  if (!texts.every((value) => typeof value === 'string') || Number.isNaN(expiration.getTime())) {
    throw new CredentialsProviderError(
      'The server of credentials did not answer with AccessKeyId, SecretAccessKey, Token and Expiration',
    );
  }
  const [accessKeyId, secretAccessKey, sessionToken] = texts as [string, string, string];
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
