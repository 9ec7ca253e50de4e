import type middy from '@middy/core';
import { durableMode, runDurable, streamedMode, streamedResponse } from '../support/modes.ts';

/** One of Middy's execution modes: how a chain is made and called. */
export interface Mode {
  readonly plugin: middy.PluginObject;
  /** Calls the handler, and gives the response however the mode delivers it. */
  readonly call: (handler: unknown, event: unknown, context: object) => Promise<unknown>;
}

const call: Mode['call'] = (handler, event, context) =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, context);

export async function modes(): Promise<Record<string, Mode>> {
  return {
    standard: { plugin: {}, call },
    streamed: { plugin: await streamedMode(), call: streamedResponse },
    durable: { plugin: await durableMode(), call: runDurable },
  };
}
