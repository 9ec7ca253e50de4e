import { defineConfig } from 'tsdown';

// One build for every package: ESM and declarations. `isolatedDeclarations` makes each declaration from its own
// file alone, so a build needs no other package's types.
export default defineConfig({
  cwd: process.cwd(), // the package's folder: this file is shared
  entry: ['src/index.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node22',
  dts: { compilerOptions: { isolatedDeclarations: true } },
  sourcemap: false,
  clean: true,
});
