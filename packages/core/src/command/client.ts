/**
 * What a command needs of the client that sends it: the official `DynamoDBClient` has it, and so has the lean client.
 * Functions of the configuration are as the official client resolves them.
 */
export interface Client {
  readonly config: ClientConfig;
  readonly middlewareStack: MiddlewareStack;
  send(command: any, options?: any): Promise<any>;
  destroy(): void;
}

/** The part of a client's resolved configuration that a command reads. */
export interface ClientConfig {
  readonly region: () => Promise<string>;
  readonly credentials: (options?: { readonly forceRefresh?: boolean }) => Promise<Credentials>;
  readonly endpointProvider: (parameters: any, context?: any) => Endpoint;
  readonly endpoint?: (() => Promise<CustomEndpoint>) | undefined;
  readonly isCustomEndpoint?: boolean | undefined;
  readonly ignoreConfiguredEndpointUrls?: boolean | undefined;
  /** The endpoint the environment or a shared file names. */
  readonly serviceConfiguredEndpoint?: (() => Promise<string | undefined>) | undefined;
  readonly useFipsEndpoint: () => Promise<boolean | undefined>;
  readonly useDualstackEndpoint: () => Promise<boolean | undefined>;
  readonly accountIdEndpointMode?: (() => Promise<string | undefined>) | undefined;
  readonly maxAttempts: () => Promise<number>;
  readonly retryStrategy: () => Promise<any>;
  readonly requestHandler: {
    handle(request: any, options?: any): Promise<{ response: any }>;
  };
  /** Milliseconds the service's clock is ahead of this one. */
  systemClockOffset: number;
  readonly disableClockSkewCorrection?: (() => Promise<boolean | undefined>) | undefined;
  readonly defaultUserAgentProvider: () => Promise<UserAgentPart[]>;
  readonly customUserAgent?: UserAgentPart[] | undefined;
  readonly userAgentAppId?: (() => Promise<string | undefined>) | undefined;
  readonly logger?: object | undefined;
  /** Reads and writes bodies, and makes the service's typed exceptions. The lean client has none. */
  readonly protocol?: Protocol | undefined;
  /** Makes what signs requests. */
  readonly signer?: unknown;
}

/** A part of the user agent: its name and version. */
export type UserAgentPart = readonly [name: string, version?: string | undefined];

/** AWS credentials. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
  readonly accountId?: string | undefined;
}

/** Where requests go, as an endpoint provider finds it. */
export interface Endpoint {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly properties?:
    | { readonly authSchemes?: readonly { readonly signingRegion?: string | undefined }[] }
    | undefined;
}

/** An endpoint given by the user. */
export interface CustomEndpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** The part of the official client's protocol that makes exceptions of refusals. */
export interface Protocol {
  deserializeResponse(operation: object, context: object, response: HttpResponse): Promise<unknown>;
}

/** A request, as middleware and request handlers see it. */
export interface HttpRequest {
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  method: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

/** An answer, as request handlers give it. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly reason?: string | undefined;
  readonly headers: Record<string, string>;
  body?: unknown;
}

/** Handles a request, whole or from one step on. */
export type Handler = (args: any) => Promise<any>;

/** One step of a request's way. */
export type Middleware = (next: Handler, context: any) => Handler;

/** The steps of a client's requests, as the SDK keeps them. */
export interface MiddlewareStack {
  add(middleware: any, options?: any): void;
  addRelativeTo(middleware: any, options: any): void;
  clone(): any;
  applyToStack(stack: any): void;
  remove(toRemove: any): boolean;
  removeByTag(tag: string): boolean;
  identify(): string[];
  resolve(handler: any, context: any): any;
}
