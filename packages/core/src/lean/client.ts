import type { ClientConfig, Credentials, CustomEndpoint, Handler } from '../command/client.ts';
import { type CredentialsProvider, defaultCredentials, renewed } from './credentials.ts';
import { endpointProvider } from './endpoint.ts';
import { createHttpHandler, type HttpHandlerOptions } from './http-handler.ts';
import { createMiddlewareStack, type LeanMiddlewareStack } from './middleware-stack.ts';
import { refusePlainHttp } from './plain-http.ts';
import { refuseProxy } from './proxy.ts';
import { createRetryStrategy } from './retry-strategy.ts';
import {
  type AccountIdEndpointMode,
  accountIdEndpointModeOf,
  customEndpointOf,
  maxAttemptsOf,
  regionOf,
  switchOf,
} from './settings.ts';

/** The version of this package. */
export const VERSION = '0.1.0';

/** Options of {@link createLeanClient}. What is not given comes from the environment, if it names it. */
export interface LeanClientOptions extends HttpHandlerOptions {
  /** Default: `AWS_REGION`, then `AWS_DEFAULT_REGION`. */
  readonly region?: string | undefined;
  /** A URL in place of the region's. Default: `AWS_ENDPOINT_URL_DYNAMODB`, then `AWS_ENDPOINT_URL`. */
  readonly endpoint?: string | undefined;
  /** Let an `http:` endpoint be one of another machine: requests go there unencrypted. Default: false. */
  readonly allowPlainHttp?: boolean | undefined;
  /** Default: those in the environment, then those of the container. */
  readonly credentials?: Credentials | CredentialsProvider | undefined;
  /** How often a request is tried at most. Default: `AWS_MAX_ATTEMPTS`, then 4. */
  readonly maxAttempts?: number | undefined;
  /** Default: `AWS_USE_FIPS_ENDPOINT`, then false. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** Default: `AWS_USE_DUALSTACK_ENDPOINT`, then false. */
  readonly useDualstackEndpoint?: boolean | undefined;
  /** Default: `AWS_ACCOUNT_ID_ENDPOINT_MODE`, then `preferred`. */
  readonly accountIdEndpointMode?: AccountIdEndpointMode | undefined;
  /** Sends the requests, in place of `createHttpHandler` with the timeouts, sockets and `ca` given here. */
  readonly requestHandler?: (ClientConfig['requestHandler'] & { destroy?(): void }) | undefined;
}

/** A command as this package's tables make it. */
export interface LeanCommand {
  resolveMiddleware(stack: any, config: any, options?: any): Handler;
}

/** A client for DynamoDB with the shape of the SDK's, for the tables of this package. */
export interface LeanClient {
  readonly config: ClientConfig;
  readonly middlewareStack: LeanMiddlewareStack;
  send(command: LeanCommand, options?: object): Promise<any>;
  /** Closes its connections. */
  destroy(): void;
}

/**
 * A client without the SDK: a few KB, loaded in a moment. It sends what `createTables` asks for, and nothing else: for
 * SDK commands there is the official client.
 *
 * @throws TypeError for wrong options or variables, without a region, for an unencrypted endpoint on another machine,
 * and where the environment names a proxy.
 * @example
 * const tables = createTables({ client: createLeanClient(), models: { orders: Order } });
 */
export function createLeanClient(options: LeanClientOptions = {}): LeanClient {
  const { allowPlainHttp = false, credentials = defaultCredentials } = options;
  const { connectionTimeout, requestTimeout, maxSockets, ca } = options;
  const { requestHandler = createHttpHandler({ connectionTimeout, requestTimeout, maxSockets, ca }) } = options;
  const region = regionOf(options.region);
  const maxAttempts = maxAttemptsOf(options.maxAttempts);
  const useFips = switchOf(options.useFipsEndpoint, 'AWS_USE_FIPS_ENDPOINT');
  const useDualstack = switchOf(options.useDualstackEndpoint, 'AWS_USE_DUALSTACK_ENDPOINT');
  const accountIdEndpointMode = accountIdEndpointModeOf(options.accountIdEndpointMode);
  const custom = customEndpointOf(options.endpoint);
  const { url } = endpointProvider({
    Region: region,
    UseFIPS: useFips,
    UseDualStack: useDualstack,
    Endpoint: custom?.href,
  });
  if (!allowPlainHttp) refusePlainHttp(url);
  refuseProxy(url);

  const retryStrategy = createRetryStrategy(maxAttempts);
  const config: ClientConfig = {
    region: async () => region,
    credentials: renewed(typeof credentials === 'function' ? credentials : async () => credentials),
    endpointProvider,
    ...(custom && { endpoint: async () => partsOf(custom), isCustomEndpoint: true }),
    useFipsEndpoint: async () => useFips,
    useDualstackEndpoint: async () => useDualstack,
    accountIdEndpointMode: async () => accountIdEndpointMode,
    maxAttempts: async () => maxAttempts,
    retryStrategy: async () => retryStrategy,
    requestHandler,
    systemClockOffset: 0,
    defaultUserAgentProvider: async () => [['tabletheory', VERSION], ['lang/js'], ['md/nodejs', process.versions.node]],
  };
  const middlewareStack = createMiddlewareStack();
  return {
    config,
    middlewareStack,
    async send(command, sendOptions) {
      refuseForeign(command);
      const { output } = await command.resolveMiddleware(middlewareStack, config, sendOptions)(command);
      return output;
    },
    destroy: () => requestHandler.destroy?.(),
  };
}

function partsOf({ protocol, hostname, port, pathname }: URL): CustomEndpoint {
  return { protocol, hostname, port: port === '' ? undefined : Number(port), path: pathname };
}

/** The SDK's commands have a middleware stack each; they need what only the SDK's client has. */
function refuseForeign(command: Partial<LeanCommand> & { readonly middlewareStack?: unknown }): void {
  if (typeof command?.resolveMiddleware === 'function' && command.middlewareStack === undefined) return;
  throw new TypeError(
    'The lean client sends the requests of `createTables` alone: for commands of the SDK, take a DynamoDBClient',
  );
}
