export { warmedUp } from '@tabletheory/dynamodb';
export { type TestContextOptions, testContext } from '@tabletheory/invocation/testing';
export { type LambdaHandler, toLambdaHandler } from './lambda-handler.ts';
export { tableTheoryPlugin } from './plugin.ts';
export { type Preset, type PresetContext, type PresetOptions, tableTheory } from './preset.ts';
export { tableTheoryValidateOptions } from './preset-options.ts';
