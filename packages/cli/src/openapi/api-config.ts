/** The section `api` of a configuration: the HTTP interface of the functions. */
export interface ApiConfig {
  readonly title: string;
  /** The version of the interface, such as `1.0.0`. */
  readonly version: string;
  readonly description?: string;
  /**
   * Which of API Gateway's two: `http` (default), an HTTP API with payload format 2.0, or `rest`, a REST API with
   * payload format 1.0, which can check requests against models and keep responses.
   */
  readonly type?: 'http' | 'rest';
  /** How many requests are let through, of all routes together. */
  readonly throttling?: Throttling;
  /** A REST API keeps the responses of routes that have `cacheTtl`. */
  readonly cache?: CacheSettings;
  /** The routes by their names at API Gateway, such as `GET /orders/{orderId}`. */
  readonly routes: Readonly<Record<string, ApiRoute>>;
}

/** A route of an API. */
export interface ApiRoute {
  /** The function that answers, by its name in the configuration. Default: the only one. */
  readonly function?: string;
  readonly summary?: string;
  readonly description?: string;
  /** The name of the operation, for generated clients. Default: made of method and path. */
  readonly operationId?: string;
  /** The JSON Schema of the body, such as `Order.jsonSchema('new')`. */
  readonly body?: object;
  /** The JSON Schema of the query string, an object. */
  readonly query?: ParameterSchema;
  /** The JSON Schema of the path parameters, an object. Default: text for each placeholder. */
  readonly path?: ParameterSchema;
  /** The JSON Schema of headers, an object. */
  readonly headers?: ParameterSchema;
  /** What is answered, by status. Default: 200. Problems (RFC 9457) are added. */
  readonly responses?: Readonly<Record<number, ApiResponse>>;
  /** How many requests of this route are let through. */
  readonly throttling?: Throttling;
  /** Seconds a REST API keeps a response of this route, 1 to 3600; `GET` only. */
  readonly cacheTtl?: number;
}

/** The schema of parameters: an object, of which each is a property. */
export interface ParameterSchema {
  readonly $schema?: string;
  readonly type?: unknown;
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** One of the answers of a route. */
export interface ApiResponse {
  readonly description: string;
  /** The JSON Schema of its body. Default: there is none. */
  readonly body?: object;
}

/** API Gateway's token bucket: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html */
export interface Throttling {
  /** Requests a second, in the long run. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

/** The cache of a REST API. */
export interface CacheSettings {
  /** GB: one of the sizes API Gateway has. Default `0.5`. */
  readonly size?: '0.5' | '1.6' | '6.1' | '13.5' | '28.4' | '58.2' | '118' | '237';
}
