import type middy from '@middy/core';
import { enter, type LambdaContext, leave, type MiddyRequest } from '@tabletheory/invocation';
import { prepareChecks } from './body-checks.ts';
import type { InputOf } from './input.ts';
import { type BodyOptions, type RoutesOptions, validatorValidateOptions } from './options.ts';
import { parseBody } from './parse-body.ts';

/** The middleware `validator` makes: it adds the input to the context's type. */
export type ValidatorMiddleware<Input, Key extends string = 'input'> = middy.MiddlewareObj<
  unknown,
  any,
  Error,
  LambdaContext & { [K in Key]: Input }
>;

/**
 * Validates the JSON body of API Gateway requests against a schema and puts it, typed, on the context. `event.body`
 * stays the string it was.
 *
 * The type of `context.input` comes from the schema: a compiled validator's type guard, a `Schema<T>`, or a schema
 * written inline. A schema imported from a JSON file has no literal types: name the type, `validator<CreateOrder>`.
 *
 * A plain schema is compiled by ajv, which is loaded for that in the background; a request that arrives before it is
 * ready waits. With compiled validators ajv is never loaded.
 *
 * @throws TypeError when an option is wrong. A plain schema that does not compile fails every request with a
 * TypeError that names the option and the place.
 *
 * Requests fail with an {@link InputError}: 415 (not JSON), 422 (no body, or malformed) or 400 (does not match).
 *
 * @example
 * const handler = middy()
 *   .use(
 *     validator({
 *       body: { type: 'object', properties: { customerId: { type: 'string' } }, required: ['customerId'] },
 *     }),
 *   )
 *   .handler(async (_event, { input }) => ({ statusCode: 200, body: input.customerId }));
 */
export function validator<const Body extends object, const Key extends string = 'input'>(
  options: BodyOptions<Body, Key>,
): ValidatorMiddleware<InputOf<Body>, Key>;
/**
 * Validates by route, for one function behind several. `context.input` is `undefined` on routes that are not named.
 *
 * @example
 * validator({
 *   routes: {
 *     'POST /orders': { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
 *     'PATCH /orders/{id}': { type: 'object', properties: { status: { enum: ['paid', 'shipped'] } } },
 *   },
 * });
 */
export function validator<const Routes extends Readonly<Record<string, object>>, const Key extends string = 'input'>(
  options: RoutesOptions<Routes, Key>,
): ValidatorMiddleware<InputOf<Routes[keyof Routes]> | undefined, Key>;
/** Validates the body with a schema whose type cannot be inferred: `validator<CreateOrder>({ body: schema })`. */
export function validator<Input, const Key extends string = 'input'>(
  options: BodyOptions<object, Key>,
): ValidatorMiddleware<Input, Key>;
export function validator(
  options: BodyOptions<object, string> | RoutesOptions<Readonly<Record<string, object>>, string>,
): ValidatorMiddleware<unknown, string> {
  validatorValidateOptions(options);
  const { contextKey = 'input', body, routes } = options;
  const middleware = {};
  const checks =
    routes === undefined
      ? prepareChecks({ body }, () => 'body', options)
      : prepareChecks(routes, (route) => `routes["${route}"]`, options);
  const validate = (request: MiddyRequest): void => {
    const check = checks.byName.get(routes === undefined ? 'body' : routeOf(request.event));
    const input = check && parseBody(request.event);
    check?.(input, request.context);
    Object.assign(request.context, { [contextKey]: input });
  };

  const validatorMiddlewareBefore = (request: MiddyRequest): void | Promise<void> => {
    enter(request, middleware);
    if (checks.pending !== undefined) return checks.pending.then(() => validate(request));
    validate(request);
  };
  const validatorMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);
  const validatorMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);

  return {
    before: validatorMiddlewareBefore,
    after: validatorMiddlewareAfter,
    onError: validatorMiddlewareOnError,
  };
}

/** The route API Gateway matched: `routeKey` in payload format 2.0, method and resource in 1.0. */
function routeOf(event: unknown): string {
  const { routeKey, httpMethod, resource } = (event ?? {}) as Record<string, string | undefined>;
  return routeKey ?? `${httpMethod} ${resource}`;
}
