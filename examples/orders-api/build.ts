import { build } from 'esbuild';

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['src/handler.ts'],
  outfile: 'dist/handler.mjs',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  // pino and the X-Ray SDK are CommonJS and call `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  // Only `tables.$document()` loads it, which this application does not use.
  external: ['@aws-sdk/lib-dynamodb'],
  // The packages as they are published, not their sources.
  tsconfigRaw: {},
  logLevel: 'warning',
});
