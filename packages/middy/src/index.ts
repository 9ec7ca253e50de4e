export { type LambdaHandler, toLambdaHandler } from './lambda-handler.ts';
export { tableTheoryPlugin } from './plugin.ts';
export {
  type Preset,
  type PresetContext,
  type PresetOptions,
  tableTheory,
  tableTheoryValidateOptions,
} from './preset.ts';
export { testContext } from './test-context.ts';
