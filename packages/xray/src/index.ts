export type { TraceContext } from './trace-context.ts';
export { type XrayOptions, xray, xrayValidateOptions } from './xray.ts';
