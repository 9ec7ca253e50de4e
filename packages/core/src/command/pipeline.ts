import { RETRY_PLACE, retryInTime } from '../retry.ts';
import { readAnswer, throwRefusals } from './answer.ts';
import type { ClientConfig, Handler, Middleware, MiddlewareStack } from './client.ts';
import type { Call } from './command.ts';
import { type Destination, destinationOf, findEndpoint } from './endpoint.ts';
import { sign } from './sign.ts';
import { Signer } from './signer.ts';
import { nameHost, writeRequest } from './write-request.ts';

/** What all requests through one middleware stack share. */
interface Pipelines {
  readonly byOperation: Map<string, Handler>;
  readonly signer: Signer;
  readonly destination: Destination;
}

const pipelines = new WeakMap<MiddlewareStack, Pipelines>();

/**
 * The way of an operation through a client's middleware. It is put together at the first request and again after the
 * stack has changed: the SDK does it for every request, which is 7 % of its CPU time for a read.
 */
export function pipelineOf(stack: MiddlewareStack, config: ClientConfig, operation: string): Handler {
  let shared = pipelines.get(stack);
  if (shared === undefined) {
    shared = { byOperation: new Map(), signer: new Signer(), destination: destinationOf(config) };
    pipelines.set(stack, shared);
    forgetOnChange(stack, shared.byOperation);
  }
  let pipeline = shared.byOperation.get(operation);
  if (pipeline === undefined) {
    pipeline = resolve(stack, config, operation, shared);
    shared.byOperation.set(operation, pipeline);
  }
  return pipeline;
}

/** A stack tells nobody that it has changed: its methods are wrapped, once. */
function forgetOnChange(stack: MiddlewareStack, byOperation: Map<string, Handler>): void {
  for (const method of ['add', 'addRelativeTo', 'remove', 'removeByTag'] as const) {
    const change = stack[method] as (...args: unknown[]) => never;
    stack[method] = (...args: unknown[]) => {
      byOperation.clear();
      return change(...args);
    };
  }
}

/** Steps of the official client that are replaced, by name. The others' work is done by these. */
const REPLACED = [
  'serializerMiddleware',
  'contentLengthMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'retryMiddleware',
  'httpSigningMiddleware',
  'deserializerMiddleware',
];

const passOn: Middleware = (next) => next;

function resolve(stack: MiddlewareStack, config: ClientConfig, operation: string, shared: Pipelines): Handler {
  const own: MiddlewareStack = stack.clone();
  const names = own.identify().map((text) => text.split(' ', 1)[0]);
  if (config.protocol === undefined || (hasOwnSigner(config) && REPLACED.every((name) => names.includes(name)))) {
    takeShortWay(own, config, operation, shared);
  } else {
    takeWayOfSdk(own, config, operation, shared);
  }
  const handler: Handler = ({ request, call }) => {
    const { handle, binding }: Call = call;
    if (handle !== undefined) return handle(request);
    return config.requestHandler.handle(request, { abortSignal: binding.signal });
  };
  return own.resolve(handler, contextOf(config, operation));
}

// The official client's own signer takes the auth scheme; one that its user has given is asked for without.
function hasOwnSigner({ signer }: ClientConfig): boolean {
  // Stryker disable next-line ConditionalExpression: the official client has a function; the type needs to be told.
  return typeof signer === 'function' && signer.length === 1;
}

/** What middleware is told of an operation, as the SDK does. */
function contextOf({ logger }: ClientConfig, operation: string): object {
  const itself = (value: unknown): unknown => value;
  return {
    logger,
    clientName: 'DynamoDBClient',
    commandName: `${operation}Command`,
    inputFilterSensitiveLog: itself,
    outputFilterSensitiveLog: itself,
    __smithy_context: {
      service: 'DynamoDB_20120810',
      operation,
      // Documents in and out: the SDK's own steps pass them on as they are.
      operationSchema: [9, 'com.amazonaws.dynamodb', operation, 0, 15, 15],
    },
  };
}

/** A middleware and its place, as a stack tells them. */
interface Step {
  readonly middleware: Middleware;
  readonly place: { readonly name?: string; readonly [option: string]: unknown };
}

/** Middleware of the user keeps its place: what is replaced is replaced under its name. */
function takeShortWay(stack: MiddlewareStack, config: ClientConfig, operation: string, shared: Pipelines): void {
  const low = { step: 'build', priority: 'low' };
  replaceSteps(stack, [
    { middleware: writeRequest(config, operation, shared.destination), place: SERIALIZER },
    { middleware: passOn, place: { name: 'contentLengthMiddleware', step: 'build' } },
    { middleware: passOn, place: { name: 'getUserAgentMiddleware', ...low } },
    { middleware: nameHost, place: { name: 'hostHeaderMiddleware', ...low } },
    { middleware: passOn, place: { name: 'recursionDetectionMiddleware', ...low } },
    { middleware: retryInTime(config), place: RETRY_PLACE },
    { middleware: sign(config, shared.signer), place: SIGNING },
    { middleware: readAnswer(config, operation), place: { name: 'deserializerMiddleware', step: 'deserialize' } },
    { middleware: passOn, place: AUTH_SCHEME },
  ]);
  replaceEndpoint(stack, passOn);
}

const SERIALIZER = { name: 'serializerMiddleware', step: 'serialize' };
const SIGNING = {
  name: 'httpSigningMiddleware',
  aliases: ['apiKeyMiddleware', 'tokenMiddleware', 'awsAuthMiddleware'],
  relation: 'after',
  toMiddleware: RETRY_PLACE.name,
};
const ENDPOINT = { name: 'endpointV2Middleware', relation: 'before', toMiddleware: SERIALIZER.name };
const AUTH_SCHEME = { name: 'httpAuthSchemeMiddleware', relation: 'before', toMiddleware: ENDPOINT.name };

/**
 * The way through the official client's own steps, where one of them is missing, under another name, or signs with a
 * signer of its user: slower, and the same to the caller.
 */
function takeWayOfSdk(
  stack: MiddlewareStack,
  config: ClientConfig,
  operation: string,
  { destination }: Pipelines,
): void {
  replaceSteps(stack, [{ middleware: retryInTime(config), place: RETRY_PLACE }]);
  replaceEndpoint(stack, findEndpoint(destination));
  // Stryker disable next-line StringLiteral: any name does; and what has an unknown place comes last, as this does.
  stack.add(throwRefusals(config, operation), { name: 'refusedByDynamoDB', step: 'deserialize', priority: 'low' });
}

/**
 * Replaces steps where they are, among those of the same priority as well: in another order, middleware of the user
 * would change a request that has been signed already. Steps that are not there come before all others.
 */
function replaceSteps(stack: MiddlewareStack, steps: readonly Step[]): void {
  const before: Step[] = [];
  // The SDK's stack tells a middleware twice, and would take that of the place.
  const keep = (middleware: Middleware, { middleware: _, ...place }: Step['place']): void => {
    before.push({ middleware, place });
  };
  stack.applyToStack({ add: keep, addRelativeTo: keep });
  for (const { middleware } of before) stack.remove(middleware);
  const missing = steps.filter(({ place }) => !before.some((entry) => entry.place.name === place.name));
  for (const { middleware, place } of [...missing, ...before]) {
    const step = steps.find((one) => one.place.name === place.name);
    const added = step?.middleware ?? middleware;
    if ('toMiddleware' in place) stack.addRelativeTo(added, place);
    else stack.add(added, place);
  }
}

/** The official client's commands bring this step along: it comes after all of the client's. */
function replaceEndpoint(stack: MiddlewareStack, middleware: Middleware): void {
  stack.remove(ENDPOINT.name);
  stack.addRelativeTo(middleware, ENDPOINT);
}
