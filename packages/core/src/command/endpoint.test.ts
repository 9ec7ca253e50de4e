import { describe, expect, it, vi } from 'vitest';
import type { ClientConfig } from './client.ts';
import { destinationOf, findEndpoint } from './endpoint.ts';

const REGIONAL = new URL('https://dynamodb.eu-west-1.amazonaws.com/');

/** A client's configuration, whose endpoints are what a provider makes of the parameters. */
function configOf(given: Partial<Record<keyof ClientConfig, unknown>> = {}) {
  const endpointProvider = vi.fn((parameters: any) => ({
    url: parameters.Endpoint === undefined ? REGIONAL : new URL(parameters.Endpoint),
  }));
  const region = vi.fn(async () => 'eu-west-1');
  const config = {
    region,
    credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 's' }),
    endpointProvider,
    useFipsEndpoint: async () => undefined,
    useDualstackEndpoint: async () => undefined,
    ...given,
  };
  return { config: config as unknown as ClientConfig, endpointProvider, region };
}

describe('the endpoint of requests', () => {
  it('is taken apart, once', async () => {
    const logger = {};
    const { config, endpointProvider, region } = configOf({ logger });
    const destination = destinationOf(config);
    const resolved = await destination.endpointOf(['notes']);
    expect(resolved).toEqual({
      endpoint: { url: REGIONAL },
      protocol: 'https:',
      hostname: 'dynamodb.eu-west-1.amazonaws.com',
      port: undefined,
      path: '/',
      host: 'dynamodb.eu-west-1.amazonaws.com',
      signingRegion: 'eu-west-1',
      headers: {},
    });
    expect(await destination.endpointOf(['tags'])).toBe(resolved);
    expect(endpointProvider.mock.calls).toEqual([
      [
        {
          Region: 'eu-west-1',
          UseFIPS: false,
          UseDualStack: false,
          AccountIdEndpointMode: undefined,
          AccountId: undefined,
          Endpoint: undefined,
        },
        { logger },
      ],
    ]);
    expect((endpointProvider.mock.calls[0] as any)[1].logger).toBe(logger);
    expect(region).toHaveBeenCalledTimes(1);
  });

  it('is found with the flags of the client', async () => {
    const { config, endpointProvider } = configOf({
      useFipsEndpoint: async () => true,
      useDualstackEndpoint: async () => true,
      accountIdEndpointMode: async () => 'required',
    });
    await destinationOf(config).endpointOf([]);
    expect(endpointProvider.mock.calls[0]?.[0]).toMatchObject({
      UseFIPS: true,
      UseDualStack: true,
      AccountIdEndpointMode: 'required',
    });
  });

  it('is signed for the region and has the headers that the provider tells', async () => {
    const { config } = configOf({
      endpointProvider: () => ({
        url: new URL('http://localhost:8000/base'),
        headers: { 'X-Tenant': ['a', 'b'] },
        properties: { authSchemes: [{ signingRegion: 'us-west-2' }] },
      }),
    });
    expect(await destinationOf(config).endpointOf([])).toMatchObject({
      protocol: 'http:',
      hostname: 'localhost',
      port: 8000,
      path: '/base',
      host: 'localhost:8000',
      signingRegion: 'us-west-2',
      headers: { 'x-tenant': 'a, b' },
    });
  });

  it.each([{}, { authSchemes: [] }, { authSchemes: [{}] }])(
    'is signed for the client’s region: %o',
    async (properties) => {
      const { config } = configOf({ endpointProvider: () => ({ url: REGIONAL, properties }) });
      expect((await destinationOf(config).endpointOf([])).signingRegion).toBe('eu-west-1');
    },
  );

  it.each([
    [{ protocol: 'http:', hostname: 'localhost', port: 8000, path: '/' }, 'http://localhost:8000/'],
    [{ protocol: 'https:', hostname: 'vpce.example', path: '/base' }, 'https://vpce.example/base'],
  ])('is the one that was given: case %#', async (custom, url) => {
    const configured = vi.fn();
    const headers = { 'X-Given': 'yes' };
    const { config, endpointProvider } = configOf({
      endpoint: async () => ({ ...custom, headers }),
      isCustomEndpoint: true,
      serviceConfiguredEndpoint: configured,
    });
    expect((await destinationOf(config).endpointOf([])).headers).toEqual({ 'x-given': 'yes' });
    expect(endpointProvider.mock.calls[0]?.[0].Endpoint).toBe(url);
    expect(configured).not.toHaveBeenCalled();
  });

  it('is the one the environment names, unless that is to be ignored', async () => {
    const serviceConfiguredEndpoint = async () => 'https://named.example';
    for (const [more, expected] of [
      [{}, 'https://named.example'],
      [{ ignoreConfiguredEndpointUrls: true }, undefined],
      [{ isCustomEndpoint: true }, undefined],
    ] as const) {
      const { config, endpointProvider } = configOf({ serviceConfiguredEndpoint, ...more });
      await destinationOf(config).endpointOf([]);
      expect(endpointProvider.mock.calls[0]?.[0].Endpoint).toBe(expected);
    }
  });

  it('is that of the account, and of the tables that are named by ARN', async () => {
    let accountId: string | undefined = '111111111111';
    const { config, endpointProvider } = configOf({ credentials: async () => ({ accountId }) });
    const destination = destinationOf(config);
    const [a, b] = ['a', 'b'].map((name) => `arn:aws:dynamodb:eu-west-1:210987654321:table/${name}`) as [
      string,
      string,
    ];
    await destination.endpointOf(['notes']);
    await destination.endpointOf([a, 'notes']);
    await destination.endpointOf([a]);
    await destination.endpointOf([a, b]);
    accountId = '222222222222';
    await destination.endpointOf(['notes']);
    await destination.endpointOf([a]);
    accountId = undefined;
    await destination.endpointOf(['notes']);
    await destination.endpointOf(['tags']);
    expect(
      endpointProvider.mock.calls.map(([{ AccountId, ResourceArn, ResourceArnList }]) => [
        AccountId,
        ResourceArn ?? ResourceArnList,
      ]),
    ).toEqual([
      ['111111111111', undefined],
      ['111111111111', a],
      ['111111111111', [a, b]],
      ['222222222222', undefined],
      ['222222222222', a],
      [undefined, undefined],
    ]);
    expect(endpointProvider.mock.calls[1]?.[0]).not.toHaveProperty('ResourceArnList');
    expect(endpointProvider.mock.calls[2]?.[0]).not.toHaveProperty('ResourceArn');
  });

  it('is looked for again where the region could not be found', async () => {
    const { config, region } = configOf();
    region.mockRejectedValueOnce(new Error('no region'));
    const destination = destinationOf(config);
    await expect(destination.endpointOf([])).rejects.toThrow('no region');
    expect((await destination.endpointOf([])).signingRegion).toBe('eu-west-1');
  });
});

describe('findEndpoint', () => {
  it('tells the SDK’s own steps, and the call', async () => {
    const authSchemes = [{ signingRegion: 'us-west-2' }];
    const endpoint = { url: REGIONAL, properties: { authSchemes } };
    const { config } = configOf({ endpointProvider: () => endpoint });
    const context: any = {};
    const args: any = { call: { tables: ['notes'] } };
    expect(await findEndpoint(destinationOf(config))(async (given) => given, context)(args)).toBe(args);
    expect(args.call.endpoint).toMatchObject({ signingRegion: 'us-west-2' });
    expect(context.endpointV2).toBe(endpoint);
    expect(context.authSchemes).toBe(authSchemes);
  });

  it('tells of no auth schemes where the endpoint has none', async () => {
    const { config } = configOf();
    const context: any = {};
    await findEndpoint(destinationOf(config))(async (given) => given, context)({ call: { tables: [] } });
    expect(context).toEqual({ endpointV2: { url: REGIONAL }, authSchemes: undefined });
  });
});
