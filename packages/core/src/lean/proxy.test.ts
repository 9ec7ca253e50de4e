import { afterEach, describe, expect, it, vi } from 'vitest';
import { stubEnvironment } from './environment.fixture.ts';
import { refuseProxy } from './proxy.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const AWS = 'https://dynamodb.eu-west-1.amazonaws.com';

describe('refuseProxy', () => {
  it.each<[string, Record<string, string>]>([
    [AWS, { HTTPS_PROXY: 'http://proxy:3128' }],
    [AWS, { https_proxy: 'http://proxy:3128' }],
    [AWS, { ALL_PROXY: 'socks5://proxy' }],
    [AWS, { all_proxy: 'socks5://proxy' }],
    [`${AWS}.`, { HTTPS_PROXY: 'p', NO_PROXY: ' , ' }],
    ['http://10.0.0.1:8000', { HTTP_PROXY: 'http://proxy:3128' }],
    [
      AWS,
      {
        HTTPS_PROXY: 'p',
        NO_PROXY: 'localhost,example.com,west-1.amazonaws.com,dynamodb.eu-west-1.amazonaws.com:8443',
      },
    ],
  ])('refuses to go past the proxy for %s: %o', (url, variables) => {
    stubEnvironment(variables);
    expect(() => refuseProxy(new URL(url))).toThrow(TypeError);
    expect(() => refuseProxy(new URL(url))).toThrow(
      `${Object.keys(variables)[0]} names a proxy, and the lean client does not go through proxies: ` +
        `use the official client, or name ${new URL(url).hostname} in NO_PROXY`,
    );
  });

  it.each<[string, Record<string, string>]>([
    [AWS, {}],
    [AWS, { HTTP_PROXY: 'http://proxy:3128', HTTPS_PROXY: '' }],
    [AWS, { HTTPS_PROXY: 'p', NO_PROXY: '*' }],
    [AWS, { HTTPS_PROXY: 'p', no_proxy: 'localhost, .amazonaws.com' }],
    [AWS, { HTTPS_PROXY: 'p', NO_PROXY: 'AMAZONAWS.COM' }],
    [AWS, { HTTPS_PROXY: 'p', NO_PROXY: '*.amazonaws.com:443' }],
    [AWS, { HTTPS_PROXY: 'p', NO_PROXY: 'dynamodb.eu-west-1.amazonaws.com' }],
    [`${AWS}:8443`, { HTTPS_PROXY: 'p', NO_PROXY: 'dynamodb.eu-west-1.amazonaws.com:8443' }],
    ['http://10.0.0.1', { HTTP_PROXY: 'p', NO_PROXY: '10.0.0.1:80' }],
    ['http://localhost:8000', { HTTP_PROXY: 'p' }],
    ['http://[::1]:8000', { HTTP_PROXY: 'p' }],
    ['https://127.0.0.1:8000', { HTTPS_PROXY: 'p' }],
  ])('lets %s go where no proxy applies: %o', (url, variables) => {
    stubEnvironment(variables);
    expect(() => refuseProxy(new URL(url))).not.toThrow();
  });
});
