import { defineConfig } from 'vitest/config';

const onDynamodb = ['test/integration/**/*.test.ts', 'test/faults/**/*.test.ts'];
const ofOfficialClient = ['official-client', 'document-client'].map((name) => `test/integration/${name}.test.ts`);

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    // Many tests wait for servers and timers: a worker less than there are cores, the default, would idle.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'official',
          include: ['packages/*/src/**/*.test.ts', 'examples/*/**/*.test.ts', 'test/**/*.test.ts'],
        },
      },
      // The same tests with the tables on the lean client.
      {
        extends: true,
        test: { name: 'lean', include: onDynamodb, exclude: ofOfficialClient, env: { TEST_CLIENT: 'lean' } },
      },
    ],
  },
});
