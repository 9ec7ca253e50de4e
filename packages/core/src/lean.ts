export type { Credentials } from './command/client.ts';
export { createLeanClient, type LeanClient, type LeanClientOptions, type LeanCommand } from './lean/client.ts';
export { createTables } from './lean/create-tables.ts';
export type { CredentialsProvider } from './lean/credentials.ts';
export { CredentialsProviderError } from './lean/credentials-error.ts';
export { createHttpHandler, type HttpHandler, type HttpHandlerOptions } from './lean/http-handler.ts';
export type { LeanMiddlewareStack } from './lean/middleware-stack.ts';
export { refusePlainHttp } from './lean/plain-http.ts';
export type { AccountIdEndpointMode } from './lean/settings.ts';
