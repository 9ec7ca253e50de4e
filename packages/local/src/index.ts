export {
  type Engine,
  type EngineClientConfig,
  type EngineOptions,
  EngineStartError,
  startEngine,
} from './engine.ts';
export { EngineMissingError } from './engine-binary.ts';
export type { TablesToCreate } from './engine-tables.ts';
export {
  type FunctionOptions,
  type InvokeOptions,
  type InvokeResult,
  type LocalFunction,
  startFunction,
} from './function.ts';
export {
  FunctionError,
  type FunctionErrorContext,
  FunctionStoppedError,
  FunctionTimeoutError,
  PayloadTooLargeError,
} from './function-error.ts';
export { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
export { MalformedResponseError } from './gateway-response.ts';
export type { HttpApiEvent } from './http-api.ts';
export { type KmsClientConfig, type KmsOptions, type KmsRequest, type LocalKms, startKms } from './kms.ts';
export type { EncryptionContext } from './kms-key.ts';
export { PortInUseError } from './port.ts';
export type { RestApiEvent } from './rest-api.ts';
export { SegmentsMissingError, startXRayDaemon, type XRayDaemon, type XRayDaemonOptions } from './xray-daemon.ts';
export type { Segment } from './xray-segment.ts';
