import { isHostLabel } from './endpoint.ts';

/**
 * The region, of the options or of the environment.
 *
 * @throws TypeError when there is none, or it is none.
 */
export function regionOf(given: string | undefined): string {
  const region = given || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (!region) throw new TypeError('No region: give the lean client `region`, or set AWS_REGION');
  if (!isHostLabel(region)) throw new TypeError(`The region "${region}" is none: it cannot be a part of a host name`);
  return region;
}

/**
 * How often a request is tried at most.
 *
 * @throws TypeError when that is no whole number from 1 on.
 */
export function maxAttemptsOf(given: number | undefined): number {
  const attempts = given ?? Number(process.env.AWS_MAX_ATTEMPTS || DEFAULT_MAX_ATTEMPTS);
  if (Number.isInteger(attempts) && attempts > 0) return attempts;
  throw new TypeError('maxAttempts (or AWS_MAX_ATTEMPTS) must be a whole number from 1 on');
}

/** The SDK's, for DynamoDB. */
const DEFAULT_MAX_ATTEMPTS = 4;

/**
 * A switch, of the options or of the environment.
 *
 * @throws TypeError when the variable is neither `true` nor `false`.
 */
export function switchOf(given: boolean | undefined, variable: string): boolean {
  if (given !== undefined) return given;
  const value = process.env[variable] || 'false';
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw new TypeError(`${variable} must be "true" or "false"`);
}

/** Whether requests go to the endpoint of their account, where there is one. */
export type AccountIdEndpointMode = 'preferred' | 'disabled' | 'required';

const ACCOUNT_ID_ENDPOINT_MODES = ['preferred', 'disabled', 'required'];

/** @throws TypeError when it is no such mode. */
export function accountIdEndpointModeOf(given: AccountIdEndpointMode | undefined): AccountIdEndpointMode {
  const mode = given ?? (process.env.AWS_ACCOUNT_ID_ENDPOINT_MODE || 'preferred');
  if (ACCOUNT_ID_ENDPOINT_MODES.includes(mode)) return mode as AccountIdEndpointMode;
  throw new TypeError(`accountIdEndpointMode must be one of ${ACCOUNT_ID_ENDPOINT_MODES.join(', ')}`);
}

/**
 * A custom endpoint, of the options or of the environment.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 *
 * @throws TypeError when it is no http: or https: URL.
 */
export function customEndpointOf(given: string | undefined): URL | undefined {
  const text = given ?? configuredEndpoint();
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new TypeError('The endpoint (or AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL) must be an http: or https: URL');
}

function configuredEndpoint(): string | undefined {
  if (switchOf(undefined, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')) return undefined;
  return process.env.AWS_ENDPOINT_URL_DYNAMODB || process.env.AWS_ENDPOINT_URL;
}
