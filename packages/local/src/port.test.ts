import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, listen, PortInUseError } from './port.ts';

test('a free port can be listened on', async () => {
  const port = await freePort();
  const server = createServer();
  expect(await listen(server, port)).toBe(port);
  await new Promise((resolve) => server.close(resolve));
});

test('a taken port is named in the error', async () => {
  const server = createServer();
  const port = await listen(server, 0);
  const error = await freePort(port).catch((error) => error);
  expect(error).toBeInstanceOf(PortInUseError);
  expect(error).toMatchObject({ code: 'PORT_IN_USE', port });
  expect(error.message).toContain(String(port));
  await new Promise((resolve) => server.close(resolve));
});
