import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const unit = [
  ...['core', 'invocation'].map((name) => `packages/${name}/src/**/*.test.ts`),
  // Needs no DynamoDB: it answers in its place.
  'test/integration/official-client.test.ts',
];
const integration = (process.env.MUTATION_INTEGRATION ?? '').split(',').filter((name) => name !== '');

// The tests of the mutated packages in one project. Hundreds of runs of a property tell a mutant as thousands do.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { tsconfigPaths: true },
  test: {
    include: [...unit, ...integration.map((name) => `test/integration/${name}.test.ts`)],
    // Its subject is the size of the sources, which the changes make larger.
    exclude: ['**/node_modules/**', '**/*.bundle.test.ts'],
    setupFiles: ['test/fuzz/setup.ts'],
    env: { FUZZ_RUNS: '100' },
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
