import { registerHooks } from 'node:module';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type middy from '@middy/core';
import { vi } from 'vitest';

type PluginObject = middy.PluginObject;

/** Middy's streamed mode, on a stand-in for the global that Lambda offers. */
export async function streamedMode(): Promise<PluginObject> {
  vi.stubGlobal('awslambda', {
    streamifyResponse: (handler: unknown) => handler,
    HttpResponseStream: { from: (stream: PassThrough, head: object) => Object.assign(stream, { head }) },
  });
  const { executionModeStreamifyResponse } = await import('@middy/core/StreamifyResponse');
  return { executionMode: executionModeStreamifyResponse as never };
}

/** Calls a handler in streamed mode and gives what it wrote: the head, where there is one, and the body. */
export async function streamedResponse(
  handler: unknown,
  event: unknown,
  context: object,
): Promise<{ readonly body: string }> {
  const stream: PassThrough & { head?: object } = new PassThrough();
  const call = handler as (event: unknown, stream: PassThrough, context: object) => Promise<void>;
  const [body] = await Promise.all([text(stream), call(event, stream, { ...context }).finally(() => stream.end())]);
  return { ...stream.head, body };
}

/** Calls a handler in streamed mode and gives the body. */
export async function runStreamed(handler: unknown, event: unknown, context: object): Promise<string> {
  return (await streamedResponse(handler, event, context)).body;
}

/** Middy's durable mode; of the durable execution SDK only the wrapper, which here calls the handler at once. */
export async function durableMode(): Promise<PluginObject> {
  const hooks = registerHooks({
    resolve: (name, context, next) =>
      name === '@aws/durable-execution-sdk-js'
        ? { url: 'data:text/javascript,export const withDurableExecution = (run) => run;', shortCircuit: true }
        : next(name, context),
  });
  const { executionModeDurableContext } = await import('@middy/core/DurableContext');
  hooks.deregister();
  return { executionMode: executionModeDurableContext as never };
}

/** Calls a handler in durable mode, where Lambda's context is inside the SDK's. */
export function runDurable(handler: unknown, event: unknown, lambdaContext: object): Promise<unknown> {
  const call = handler as (event: unknown, context: object) => Promise<unknown>;
  return call(event, { executionContext: {}, lambdaContext: { ...lambdaContext } });
}
