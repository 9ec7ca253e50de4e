// Changes the sources of core and invocation one small piece at a time, and tells which changes no test notices.
//   npm run test:mutation                                   all of both packages: some hours
//   npm run test:mutation -- packages/core/src/cursor.ts    some files, or globs without commas
//   npm run test:mutation -- --integration FILE…            with the integration tests beside the packages' own
//   npm run test:mutation -- --integration=unique,batches FILE…    with some of them
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BOTH = ['packages/core/src/**/*.ts', 'packages/invocation/src/**/*.ts'];
/** Tests and their servers, and what is there for the compiler alone. */
const EXCLUDED = ['test', 'test-d', 'fixture']
  .map((kind) => `!**/*.${kind}.ts`)
  .concat('!**/*-types.ts', '!**/index.ts');

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('--'));
const files = given.filter((argument) => !argument.startsWith('--'));
const unknown = options.find((option) => !/^--integration(=|$)/.test(option));
if (unknown !== undefined) {
  console.error(`Unknown option ${unknown}; known is --integration`);
  process.exit(2);
}
const integration = options.flatMap((option) => (option.split('=')[1] ?? '**/*').split(','));

const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
    'run',
    'test/mutation/stryker.config.json',
    '--mutate',
    [...(files.length > 0 ? files : BOTH), ...EXCLUDED].join(','),
    // Outside the repository: nothing that watches, formats or lists it meets copies of its files.
    '--tempDirName',
    join(tmpdir(), `tabletheory-mutation-${process.pid}`),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, MUTATION_INTEGRATION: integration.join() } },
);
process.exit(status ?? 1);
