export { warmedUp } from '@tabletheory/dynamodb/lean';
export { type TestContextOptions, testContext } from '@tabletheory/invocation/testing';
export { type LambdaHandler, toLambdaHandler } from './lambda-handler.ts';
export { type Preset, type PresetContext, type PresetOptions, tableTheory } from './lean-preset.ts';
export { tableTheoryPlugin } from './plugin.ts';
export { tableTheoryValidateOptions } from './preset-options.ts';
