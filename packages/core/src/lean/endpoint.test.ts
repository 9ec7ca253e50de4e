import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type EndpointParameters, endpointProvider } from './endpoint.ts';

const sdk = new DynamoDBClient({ region: 'eu-west-1' }).config.endpointProvider as unknown as typeof endpointProvider;

/** The SDK's list of regions, and some it does not know. */
const REGIONS = [
  ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1'],
  ...['ap-south-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5'],
  ...['ap-southeast-6', 'ap-southeast-7', 'ca-central-1', 'ca-west-1', 'eu-central-1', 'eu-central-2', 'eu-north-1'],
  ...['eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'il-central-1', 'me-central-1', 'me-south-1'],
  ...['me-west-1', 'mx-central-1', 'sa-east-1', 'sa-west-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-east-1', 'us-gov-west-1', 'eusc-de-east-1', 'us-iso-east-1'],
  ...['us-iso-west-1', 'us-isob-east-1', 'us-isob-west-1', 'eu-isoe-west-1', 'us-isof-east-1', 'us-isof-south-1'],
  ...[
    'eu-west-9',
    'cn-south-7',
    'us-gov-south-1',
    'mars-north-1',
    'local',
    'cn-north-12',
    'cn-north-1a',
    '9cn-north-1',
  ],
];

function answerOf(provider: typeof endpointProvider, parameters: EndpointParameters): unknown {
  try {
    const { url, properties } = provider(parameters);
    return { url: url.href, signingRegion: properties?.authSchemes?.[0]?.signingRegion };
  } catch {
    return 'refused';
  }
}

describe('endpointProvider', () => {
  it.each(REGIONS)("gives the SDK's endpoint: %s", (Region) => {
    const accounts = [{}, { AccountId: '123456789012' }, { AccountId: 'not/a/label' }];
    const arn = `arn:aws:dynamodb:${Region}:210987654321:table/orders`;
    const resources = [
      {},
      { ResourceArn: arn },
      { ResourceArnList: [arn] },
      { ResourceArn: 'arn:aws:dynamodb:elsewhere-1:210987654321:table/orders' },
      { ResourceArn: `arn:aws:s3:${Region}:210987654321:orders` },
      { ResourceArn: `arn:aws:dynamodb:${Region}:not/a/label:table/orders` },
      { ResourceArn: 'orders' },
    ];
    const modes = [
      {},
      ...['preferred', 'disabled', 'required'].map((AccountIdEndpointMode) => ({ AccountIdEndpointMode })),
    ];
    for (const UseFIPS of [false, true]) {
      for (const UseDualStack of [false, true]) {
        for (const [account, resource, mode] of accounts.flatMap((a) =>
          resources.flatMap((r) => modes.map((m) => [a, r, m] as const)),
        )) {
          const parameters = { Region, UseFIPS, UseDualStack, ...account, ...resource, ...mode };
          expect({ parameters, answer: answerOf(endpointProvider, parameters) }).toEqual({
            parameters,
            answer: answerOf(sdk, parameters),
          });
        }
      }
    }
  });

  it.each([
    { Endpoint: 'http://127.0.0.1:8000' },
    { Endpoint: 'https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com/base/path', AccountId: '123456789012' },
    { Endpoint: 'http://localhost:8000', UseFIPS: true },
    { Endpoint: 'http://localhost:8000', UseDualStack: true },
    { Region: undefined },
  ])('gives a custom endpoint before others: %o', (given) => {
    const parameters = { Region: 'eu-west-1', AccountIdEndpointMode: 'preferred', ...given };
    expect(answerOf(endpointProvider, parameters)).toEqual(answerOf(sdk, parameters));
  });

  it.each(['-1', '1-', 'a-1', 'a'.repeat(63), 'a'.repeat(64)])('takes the account %j as the SDK does', (AccountId) => {
    const parameters = { Region: 'eu-west-1', AccountIdEndpointMode: 'preferred', AccountId };
    expect(answerOf(endpointProvider, parameters)).toEqual(answerOf(sdk, parameters));
  });

  it.each<[EndpointParameters, string]>([
    [{ UseFIPS: true, Endpoint: 'https://x' }, 'FIPS and a custom endpoint'],
    [{ UseDualStack: true, Endpoint: 'https://x' }, 'dual-stack and a custom endpoint'],
    [{ Region: undefined }, 'no region'],
    [{ Region: 'local', UseFIPS: true }, 'FIPS or dual-stack and the region "local"'],
    [{ UseFIPS: true, AccountIdEndpointMode: 'required' }, 'FIPS and an account endpoint, which is required'],
    [
      { AccountIdEndpointMode: 'required' },
      'an account endpoint is required, and there is no account id, or none in this partition',
    ],
  ])('says which settings exclude each other: %o', (given, what) => {
    expect(() => endpointProvider({ Region: 'eu-west-1', ...given })).toThrow(
      new TypeError(`Invalid configuration of the endpoint: ${what}`),
    );
  });

  it('says that an account id is none', () => {
    const parameters = { Region: 'eu-west-1', AccountIdEndpointMode: 'preferred', AccountId: 'a/b' };
    expect(() => endpointProvider(parameters)).toThrow(
      new TypeError('The account id of the credentials is no host label'),
    );
  });
});
