/** Where the X-Ray daemon takes documents, by UDP. */
export interface DaemonAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * What `AWS_XRAY_DAEMON_ADDRESS` says, `host:port` or `udp:host:port tcp:host:port`; without it the daemon's default.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-nodejs-configuration.html#xray-sdk-nodejs-configuration-envvars
 *
 * @returns `undefined` when it is malformed.
 */
export function daemonAddress(): DaemonAddress | undefined {
  const value = process.env.AWS_XRAY_DAEMON_ADDRESS?.trim();
  if (!value) return { host: '127.0.0.1', port: 2000 };
  const parts = value.split(/\s+/);
  const udp = parts.length === 1 ? value : parts.find((part) => part.startsWith('udp:'))?.slice('udp:'.length);
  const [, host, port] = /^([^:]+):(\d{1,5})$/.exec(udp ?? '') ?? [];
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}
