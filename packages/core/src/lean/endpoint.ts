import type { Endpoint } from '../command/client.ts';
import { partitionOf } from './partition.ts';

/** What an endpoint depends on, by the SDK's names. */
export interface EndpointParameters {
  readonly Region?: string | undefined;
  readonly UseFIPS?: boolean | undefined;
  readonly UseDualStack?: boolean | undefined;
  /** A URL that goes before everything else. */
  readonly Endpoint?: string | undefined;
  readonly AccountId?: string | undefined;
  readonly AccountIdEndpointMode?: string | undefined;
  readonly ResourceArn?: string | undefined;
  readonly ResourceArnList?: readonly string[] | undefined;
}

/**
 * DynamoDB's endpoint, by the rules of the SDK.
 * Source: https://docs.aws.amazon.com/general/latest/gr/ddb.html,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html
 *
 * @throws TypeError for settings that exclude each other.
 */
export function endpointProvider(parameters: EndpointParameters): Endpoint {
  const { Region, UseFIPS = false, UseDualStack = false, Endpoint } = parameters;
  const refuse = (settings: string): never => {
    throw new TypeError(`Invalid configuration of the endpoint: ${settings}`);
  };
  if (Endpoint !== undefined) {
    if (UseFIPS) refuse('FIPS and a custom endpoint');
    if (UseDualStack) refuse('dual-stack and a custom endpoint');
    return { url: new URL(Endpoint) };
  }
  if (Region === undefined) return refuse('no region');
  if (Region === 'local') {
    if (UseFIPS || UseDualStack) refuse('FIPS or dual-stack and the region "local"');
    return { url: new URL('http://localhost:8000'), properties: { authSchemes: [{ signingRegion: 'us-east-1' }] } };
  }
  const { name, suffix, dualStackSuffix } = partitionOf(Region);
  const ending = `${Region}.${UseDualStack ? dualStackSuffix : suffix}`;
  const required = parameters.AccountIdEndpointMode === 'required';
  if (UseFIPS) {
    if (required) refuse('FIPS and an account endpoint, which is required');
    const isFipsAlready = name === 'aws-us-gov' && !UseDualStack;
    return { url: new URL(`https://dynamodb${isFipsAlready ? '' : '-fips'}.${ending}`) };
  }
  const account = hasAccountEndpoints(name, Region) ? accountOf(parameters, Region) : undefined;
  if (account !== undefined) return { url: new URL(`https://${account}.ddb.${ending}`) };
  if (required) refuse('an account endpoint is required, and there is no account id, or none in this partition');
  return { url: new URL(`https://dynamodb.${ending}`) };
}

// The SDK names these regions beside the partition.
const FURTHER_REGIONS = new Set(['us-gov-east-1', 'us-gov-west-1', 'cn-north-1', 'cn-northwest-1']);

function hasAccountEndpoints(partition: string, region: string): boolean {
  return partition === 'aws' || FURTHER_REGIONS.has(region);
}

/** The account whose endpoint is taken: that of a table in another account, or that of the credentials. */
function accountOf(parameters: EndpointParameters, region: string): string | undefined {
  const { AccountIdEndpointMode, ResourceArn, ResourceArnList, AccountId } = parameters;
  if (AccountIdEndpointMode === undefined || AccountIdEndpointMode === 'disabled') return undefined;
  for (const arn of [ResourceArn, ResourceArnList?.[0]]) {
    // Stryker disable next-line ArrayDeclaration,StringLiteral: what replaces either names no service, and is no account.
    const [, , service, arnRegion, account = ''] = arn?.split(':') ?? [];
    if (service === 'dynamodb' && arnRegion === region && isHostLabel(account)) return account;
  }
  // Stryker disable next-line ConditionalExpression: `undefined` would be a label; the type needs to be told.
  if (AccountId !== undefined && !isHostLabel(AccountId))
    throw new TypeError('The account id of the credentials is no host label');
  return AccountId;
}

/** Whether a text may be a part of a host name. */
export function isHostLabel(text: string): boolean {
  return /^(?!-)[a-zA-Z0-9-]{1,63}(?<!-)$/.test(text);
}
