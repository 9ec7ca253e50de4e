import type middy from '@middy/core';

type Middleware = middy.MiddlewareObj<any, any, any, any>;

/** One way a request can end. */
export interface Ending {
  /** Used before the middlewares under test. */
  readonly before?: () => Middleware;
  /** Used behind them. */
  readonly behind?: () => Middleware;
  readonly plugin?: { readonly timeoutEarlyInMillis: number };
  /** Milliseconds the function has. */
  readonly timeout?: number;
  readonly handler: (request: { readonly id: string; readonly context: any }) => Promise<unknown>;
  /** The response without an error, given the request's id; `undefined` where the request fails. */
  readonly response?: (id: string) => unknown;
  /** What it fails with. */
  readonly failure?: RegExp;
}

const answer = (id: string) => ({ statusCode: 200, body: id });

const success: Ending['handler'] = async ({ id, context }) => {
  await context.tables?.things.get({ id });
  return answer(id);
};

/** The request of one call, told by its event. */
export const idOf = (event: { headers: Record<string, string> }): string => event.headers['x-id'] as string;

export const ENDINGS: Record<string, Ending> = {
  success: { handler: success, response: answer },
  'a throw in the handler': {
    handler: async ({ id }) => {
      await new Promise(setImmediate);
      throw new Error(`failed ${id}`);
    },
    failure: /^failed /,
  },
  'a throw in an earlier before': {
    before: () => ({
      before: () => {
        throw new Error('failed early');
      },
    }),
    handler: success,
    failure: /^failed early$/,
  },
  'a throw in a later before': {
    behind: () => ({
      before: () => {
        throw new Error('failed late');
      },
    }),
    handler: success,
    failure: /^failed late$/,
  },
  'an early response': {
    behind: () => ({ before: ({ event }) => answer(idOf(event)) }),
    handler: success,
    response: answer,
  },
  'an early response in front': {
    before: () => ({ before: ({ event }) => answer(idOf(event)) }),
    handler: success,
    response: answer,
  },
  'a throw in after': {
    behind: () => ({
      after: () => {
        throw new Error('failed after');
      },
    }),
    handler: success,
    failure: /^failed after$/,
  },
  'an early timeout': {
    plugin: { timeoutEarlyInMillis: 20 },
    timeout: 120,
    handler: () => new Promise((resolve) => setTimeout(resolve, 250)),
    failure: /aborted/,
  },
};
