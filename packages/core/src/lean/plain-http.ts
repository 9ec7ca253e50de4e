import { isLoopback } from './loopback.ts';

/**
 * Lets no request leave this machine unencrypted.
 *
 * @throws TypeError for an `http:` endpoint on another machine.
 */
export function refusePlainHttp({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): void {
  if (protocol !== 'http:' || isLoopback(hostname)) return;
  throw new TypeError(`The endpoint on ${hostname} is unencrypted: use https:, or allow it with \`allowPlainHttp\``);
}
