import { build, formatReport } from '@tabletheory/esbuild';

const report = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['src/handler.ts'],
  outfile: 'dist/handler.mjs',
  // What the function reads when it starts: the build starts it to compile its JSON schemas.
  environment: { CURSOR_SECRET: 'any' },
  // The packages as they are published, not their sources.
  tsconfigRaw: {},
});
console.log(formatReport(report));
