import { isLoopback } from './loopback.ts';

/**
 * Refuses to go past a proxy that the environment names for a URL: requests would hang, or take a way that somebody
 * meant to be closed.
 *
 * @throws TypeError that says what to do.
 */
export function refuseProxy(url: URL): void {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const variable = [name, name.toLowerCase(), 'ALL_PROXY', 'all_proxy'].find((variable) => process.env[variable]);
  if (variable === undefined || isLoopback(url.hostname) || goesPastProxy(url)) return;
  throw new TypeError(
    `${variable} names a proxy, and the lean client does not go through proxies: ` +
      `use the official client, or name ${url.hostname} in NO_PROXY`,
  );
}

/** Whether `NO_PROXY` names the host, a domain of it, or all hosts. */
function goesPastProxy({ hostname, host, protocol }: URL): boolean {
  // Stryker disable next-line StringLiteral: what replaces it names no host.
  const { NO_PROXY, no_proxy = NO_PROXY ?? '' } = process.env;
  const withPort = host === hostname ? `${hostname}:${protocol === 'https:' ? 443 : 80}` : host;
  return no_proxy
    .toLowerCase()
    .split(/[\s,]/)
    .filter((entry) => entry !== '')
    .map((entry) => entry.replace(/^\*?\./, ''))
    .some((entry) =>
      [hostname, withPort].some((name) => entry === '*' || name === entry || name.endsWith(`.${entry}`)),
    );
}
