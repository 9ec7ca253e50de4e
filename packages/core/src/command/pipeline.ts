import { RETRY_PLACE, retryInTime } from '../retry.ts';
import { readAnswer, throwRefusals } from './answer.ts';
import type { ClientConfig, Handler, Middleware, MiddlewareStack } from './client.ts';
import type { Call } from './command.ts';
import { type Destination, destinationOf, findEndpoint } from './endpoint.ts';
import { sign } from './sign.ts';
import { Signer } from './signer.ts';
import { writeRequest } from './write-request.ts';

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
    const { signal } = binding;
    return config.requestHandler.handle(request, signal === undefined ? undefined : { abortSignal: signal });
  };
  return own.resolve(handler, contextOf(config, operation));
}

// The official client's own signer takes the auth scheme; one that its user has given is asked for without.
function hasOwnSigner({ signer }: ClientConfig): boolean {
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

/** Middleware of the user keeps its place: what is replaced is replaced under its name. */
function takeShortWay(stack: MiddlewareStack, config: ClientConfig, operation: string, shared: Pipelines): void {
  const replace = (name: string, step: string, middleware: Middleware, place: object = {}): void => {
    stack.remove(name);
    stack.add(middleware, { name, step, ...place });
  };
  replace('serializerMiddleware', 'serialize', writeRequest(config, operation, shared.destination));
  for (const name of ['httpAuthSchemeMiddleware', 'endpointV2Middleware']) {
    stack.remove(name);
    stack.addRelativeTo(passOn, { name, relation: 'before', toMiddleware: 'serializerMiddleware' });
  }
  replace('contentLengthMiddleware', 'build', passOn);
  replace('getUserAgentMiddleware', 'build', passOn, { priority: 'low' });
  replace('hostHeaderMiddleware', 'build', passOn, { priority: 'low' });
  replace('recursionDetectionMiddleware', 'build', passOn, { priority: 'low' });
  replace(RETRY_PLACE.name, RETRY_PLACE.step, retryInTime(config), RETRY_PLACE);
  stack.remove('httpSigningMiddleware');
  stack.addRelativeTo(sign(config, shared.signer), {
    name: 'httpSigningMiddleware',
    aliases: ['apiKeyMiddleware', 'tokenMiddleware', 'awsAuthMiddleware'],
    relation: 'after',
    toMiddleware: RETRY_PLACE.name,
  });
  replace('deserializerMiddleware', 'deserialize', readAnswer(config, operation));
}

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
  stack.addRelativeTo(findEndpoint(destination), {
    name: 'endpointV2Middleware',
    relation: 'before',
    toMiddleware: 'serializerMiddleware',
  });
  stack.add(retryInTime(config), RETRY_PLACE);
  stack.add(throwRefusals(config, operation), { name: 'refusedByDynamoDB', step: 'deserialize', priority: 'low' });
}
