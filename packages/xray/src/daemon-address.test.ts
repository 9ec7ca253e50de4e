import { afterEach, expect, test, vi } from 'vitest';
import { daemonAddress } from './daemon-address.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  [undefined, { host: '127.0.0.1', port: 2000 }],
  ['', { host: '127.0.0.1', port: 2000 }],
  ['169.254.79.129:2000', { host: '169.254.79.129', port: 2000 }],
  ['daemon.internal:3000', { host: 'daemon.internal', port: 3000 }],
  ['udp:10.0.0.1:2001 tcp:10.0.0.2:2002', { host: '10.0.0.1', port: 2001 }],
  ['tcp:10.0.0.2:2002 udp:10.0.0.1:2001', { host: '10.0.0.1', port: 2001 }],
  ['nowhere', undefined],
  [':2000', undefined],
  ['127.0.0.1:', undefined],
  ['127.0.0.1:99999', undefined],
  ['tcp:10.0.0.2:2002 tcp:10.0.0.1:2001', undefined],
])('AWS_XRAY_DAEMON_ADDRESS %s', (value, address) => {
  vi.stubEnv('AWS_XRAY_DAEMON_ADDRESS', value);
  expect(daemonAddress()).toEqual(address);
});
