import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { build, formatReport } from '@tabletheory/esbuild';

const contents = `import { join } from 'node:path';\nexport const handler = async () => join('a', 'b');`;
const report = await build({ stdin: { contents, resolveDir: import.meta.dirname }, outfile: 'handler.mjs' });
assert.match(formatReport(report), /handler\.mjs/);

const { handler } = await import(report.files[0]!.path);
assert.equal(await handler(), 'a/b');
await rm('handler.mjs');
