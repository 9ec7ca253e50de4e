import type { ClientConfig, UserAgentPart } from './client.ts';

/**
 * The user agent of a client's requests, in the SDK's form, with what its user added.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/user-agent.html
 */
export async function userAgentOf(config: ClientConfig): Promise<string> {
  const { customUserAgent = [] } = config;
  const appId = await config.userAgentAppId?.();
  const app: UserAgentPart[] = appId === undefined ? [] : [['app', appId]];
  return [...(await config.defaultUserAgentProvider()), ...app, ...customUserAgent].map(partText).join(' ');
}

function partText([name, version]: UserAgentPart): string {
  const [prefix, ...rest] = name.split('/').map((text) => text.replace(/[^!$%&'*+\-.^_`|~\w]/g, '-'));
  const escaped = version?.replace(/[^!$%&'*+\-.^_`|~\w#]/g, '-');
  if (rest.length === 0) return escaped === undefined ? `${prefix}` : `${prefix}/${escaped}`;
  const inner = rest.join('/');
  return `${prefix}/${prefix === 'api' ? inner.toLowerCase() : inner}${escaped === undefined ? '' : `#${escaped}`}`;
}
