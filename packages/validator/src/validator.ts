import type middy from '@middy/core';
import { enter, type LambdaContext, leave, type MiddyRequest } from '@tabletheory/invocation';
import type { InputOfParts, InputOfRoute } from './input.ts';
import {
  type AnyOptions,
  type BodyOptions,
  type PartsOptions,
  type ResponseOptions,
  type RouteSchemas,
  type RoutesOptions,
  validatorValidateOptions,
} from './options.ts';
import { preparePlans } from './plan.ts';
import { readInput } from './read-input.ts';
import { checkResponse } from './response-check.ts';
import { definitionsOf, planFor } from './routing.ts';

/** The middleware `validator` makes: it adds the input to the context's type. */
export type ValidatorMiddleware<Input, Key extends string = 'input'> = middy.MiddlewareObj<
  unknown,
  any,
  Error,
  LambdaContext & { [K in Key]: Input }
>;

type Optional = object | undefined;

/**
 * Validates parts of the event against schemas and puts them, typed, on the context. The event stays as it was.
 *
 * With a schema for one part, for example `body`, `context.input` is that part; with more it is an object of them by
 * name. Its type comes from the schema: a compiled validator's type guard, a Standard Schema (zod, valibot, arktype),
 * a `Schema<T>`, or a schema written inline. A schema imported from a JSON file has no literal types: name the type,
 * `validator<CreateOrder>({ body })` or `schema as Schema<CreateOrder>`.
 *
 * A plain schema is compiled by ajv, which is loaded for that in the background; a request that arrives before it is
 * ready waits. With compiled validators and Standard Schemas ajv is never loaded.
 *
 * @throws TypeError when an option is wrong. A plain schema that does not compile fails every request with a
 * TypeError that names the option and the place.
 *
 * Requests fail with an {@link InputError}: 413 (body too long), 415 (not JSON), 422 (no body, or malformed) or 400
 * (does not match). A response that does not match fails with a {@link ResponseError}, 500.
 *
 * @example
 * const handler = middy()
 *   .use(
 *     validator({
 *       body: { type: 'object', properties: { customerId: { type: 'string' } }, required: ['customerId'] },
 *     }),
 *   )
 *   .handler(async (_event, { input }) => ({ statusCode: 200, body: input.customerId }));
 *
 * @example
 * const list = middy()
 *   .use(
 *     validator({
 *       path: { type: 'object', properties: { customerId: { type: 'string' } }, required: ['customerId'] },
 *       query: { type: 'object', properties: { limit: { type: 'integer', default: 20 } } },
 *     }),
 *   )
 *   .handler(async (_event, { input }) => ({ first: input.query.limit, of: input.path.customerId }));
 */
export function validator<
  const Body extends Optional = undefined,
  const Query extends Optional = undefined,
  const Path extends Optional = undefined,
  const Headers extends Optional = undefined,
  const Event extends Optional = undefined,
  const Detail extends Optional = undefined,
  const Records extends Optional = undefined,
  const Key extends string = 'input',
>(
  options: PartsOptions<Body, Query, Path, Headers, Event, Detail, Records, Key>,
): ValidatorMiddleware<
  InputOfParts<{
    path: Path;
    query: Query;
    headers: Headers;
    body: Body;
    event: Event;
    detail: Detail;
    records: Records;
  }>,
  Key
>;
/**
 * Validates by route, for one function behind several. `context.input` is `undefined` on routes that are not named.
 *
 * @example
 * validator({
 *   routes: {
 *     'POST /orders': { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
 *     'GET /orders': { query: { type: 'object', properties: { limit: { type: 'integer', default: 20 } } } },
 *   },
 * });
 */
export function validator<
  const Routes extends Readonly<Record<string, RouteSchemas>>,
  const Key extends string = 'input',
>(options: RoutesOptions<Routes, Key>): ValidatorMiddleware<InputOfRoute<Routes[keyof Routes]> | undefined, Key>;
/** Checks responses alone; there is no input. */
export function validator(options: ResponseOptions): middy.MiddlewareObj<unknown, any, Error>;
/** Validates the body with a schema whose type cannot be inferred: `validator<CreateOrder>({ body: schema })`. */
export function validator<Input, const Key extends string = 'input'>(
  options: BodyOptions<object, Key>,
): ValidatorMiddleware<Input, Key>;
export function validator(options: AnyOptions): middy.MiddlewareObj<unknown, any, Error, any> {
  validatorValidateOptions(options);
  const { contextKey = 'input', maxBodyBytes } = options;
  const middleware = {};
  const plans = preparePlans(definitionsOf(options), options);
  const validate = ({ event, context }: MiddyRequest): void | Promise<void> => {
    const offer = (input: unknown): void => void Object.assign(context, { [contextKey]: input });
    const plan = planFor(plans.byRoute, event);
    if (plan?.parts.length === 0) return;
    const input = plan && readInput(plan, event, context, maxBodyBytes);
    return input instanceof Promise ? input.then(offer) : offer(input);
  };

  const validatorMiddlewareBefore = (request: MiddyRequest): void | Promise<void> => {
    enter(request, middleware);
    return plans.pending === undefined ? validate(request) : plans.pending.then(() => validate(request));
  };
  const validatorMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => {
    const check = planFor(plans.byRoute, request.event)?.response;
    const checked = check && checkResponse(check, request.response, request.context);
    return checked instanceof Promise ? checked.then(() => leave(request, middleware)) : leave(request, middleware);
  };
  const validatorMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);

  return {
    before: validatorMiddlewareBefore,
    after: validatorMiddlewareAfter,
    onError: validatorMiddlewareOnError,
  };
}
