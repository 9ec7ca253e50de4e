export type { TraceContext } from './trace-context.ts';
export { xray } from './xray.ts';
export { type XrayMiddleware, type XrayOptions, xrayValidateOptions } from './xray-middleware.ts';
