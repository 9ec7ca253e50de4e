export { type BuildReport, type BuiltFile, build, type FunctionBuildOptions, formatReport } from './build.ts';
export type { CompileCacheOptions } from './compile-cache.ts';
export type { CredentialProvider } from './credential-providers.ts';
export { type ExplainOptions, type Explanation, explain, formatExplanation, type PackageCost } from './explain.ts';
export type { OptionalPart } from './optional-parts.ts';
export { type TableTheoryOptions, tableTheory } from './plugin.ts';
export type { PackageSize } from './size-report.ts';
