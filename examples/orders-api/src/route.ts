import type { Tables } from '@tabletheory/core';
import type { Deadline } from '@tabletheory/deadline';
import type { InputOf } from '@tabletheory/validator';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Logger } from 'pino';
import type { models } from './models.ts';

/** What a route works with. */
export interface RouteRequest<Parameter extends string = string, Input = unknown> {
  /** The values of the path's placeholders. */
  readonly parameters: Readonly<Record<Parameter, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The validated body. */
  readonly input: Input;
  readonly tables: Tables<typeof models>;
  readonly deadline: Deadline;
  readonly log: Logger;
}

/** One route of the API. */
export interface Route {
  /** As API Gateway names it, for example `GET /orders/{customerId}`. */
  readonly key: string;
  /** The JSON schema of the body, where the route takes one. */
  readonly body?: object | undefined;
  readonly handle: (request: RouteRequest<any, any>) => Promise<APIGatewayProxyStructuredResultV2>;
}

type Placeholders<Key> = Key extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** Types a route: `parameters` from the placeholders of its key, `input` from the schema of its body. */
export function route<const Key extends string, const Body extends object>(definition: {
  readonly key: Key;
  readonly body?: Body;
  readonly handle: (
    request: RouteRequest<Placeholders<Key>, InputOf<Body>>,
  ) => Promise<APIGatewayProxyStructuredResultV2>;
}): Route {
  return definition;
}
