export { xray } from './lean-xray.ts';
export type { TraceContext } from './trace-context.ts';
export { type XrayMiddleware, type XrayOptions, xrayValidateOptions } from './xray-middleware.ts';
