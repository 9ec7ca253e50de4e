import { describe, expect, it } from 'vitest';
import { streams, streamsValidateOptions } from './middleware.ts';
import { Customer, Order } from './test-event.ts';

const models = { orders: Order, customers: Customer };

describe('wrong options', () => {
  it.each([
    [{}, 'option models is missing'],
    [undefined, 'options must be an object'],
    [{ models: { orders: 'Order' } }, 'option models.orders must be an object'],
    [{ models, view: 'ALL' }, 'option view must be one of KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES'],
    [{ models, concurrency: 0 }, 'option concurrency must be at least 1'],
    [{ models, concurrency: 1.5 }, 'option concurrency must be an integer'],
    [{ models, concurrency: 1001 }, 'option concurrency must be at most 1000'],
    [{ models, onPoison: 'drop' }, 'option onPoison must be a function'],
    [{ models, contextKey: '' }, 'option contextKey must not be empty'],
    [
      { models, handler: 1 },
      'option handler is unknown; known are models, view, concurrency, onPoison, contextKey, encryption',
    ],
  ])('%o are refused when the middleware is made', (options, problem) => {
    const expected = new TypeError(`@tabletheory/streams: ${problem}`);
    expect(() => streams(options as never)).toThrow(expected);
    expect(() => streamsValidateOptions(options)).toThrow(expected);
  });
});
