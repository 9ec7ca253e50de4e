import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFunction, startGateway } from '@tabletheory/local';

const folder = await mkdtemp(join(tmpdir(), 'local-'));
const file = join(folder, 'index.mjs');
await writeFile(file, 'export const handler = async ({ rawPath }) => ({ path: rawPath });');
const paths = await startFunction({ file });
const gateway = await startGateway({ invoke: paths.invoke });
try {
  const response = await fetch(`${gateway.url}/orders`);
  assert.deepEqual(await response.json(), { path: '/orders' });
} finally {
  await gateway.stop();
  await paths.stop();
  await rm(folder, { recursive: true });
}
