import { constructStack } from '@smithy/core/client';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Handler } from '../command/client.ts';
import { createMiddlewareStack } from './middleware-stack.ts';

/** Middleware that puts its mark before what comes after it. */
function mark(text: string) {
  return (next: Handler) => async (trail: string) => next(`${trail} ${text}`);
}

async function trailOf(stack: any): Promise<string> {
  return stack.resolve(async (trail: string) => trail, {})('');
}

describe('createMiddlewareStack', () => {
  it('runs middleware by step, priority, and the order of adding', async () => {
    const stack = createMiddlewareStack();
    stack.add(mark('deserialize'), { step: 'deserialize' });
    stack.add(mark('build low'), { step: 'build', priority: 'low' });
    stack.add(mark('build 1'), { step: 'build' });
    stack.add(mark('build 2'), { step: 'build', name: 'two', aliases: ['second', 'zwei'] });
    stack.add(mark('build high'), { step: 'build', priority: 'high' });
    stack.add(mark('initialize'));
    stack.addRelativeTo(mark('before'), { relation: 'before', toMiddleware: 'second' });
    stack.addRelativeTo(mark('after'), { relation: 'after', toMiddleware: 'two', name: 'a' });
    expect(await trailOf(stack)).toBe(' initialize build high build 1 before build 2 after build low deserialize');
    expect(stack.identify()).toEqual([
      'anonymous - initialize',
      'anonymous - build',
      'anonymous - build',
      'anonymous - before second',
      'two (a.k.a. second,zwei) - build',
      'a - after two',
      'anonymous - build',
      'anonymous - deserialize',
    ]);
  });

  it('gives the context to each middleware, once', () => {
    const stack = createMiddlewareStack();
    const middleware = vi.fn((next: Handler) => next);
    const context = {};
    const handler: Handler = async () => undefined;
    stack.add(middleware);
    expect(stack.resolve(handler, context)).toBe(handler);
    expect(middleware.mock.calls).toEqual([[handler, context]]);
  });

  it('refuses a name twice, and another place for an overriding one', () => {
    const stack = createMiddlewareStack();
    stack.add(mark('a'), { name: 'a', aliases: ['b'], step: 'build' });
    expect(() => stack.add(mark('x'), { name: 'b', step: 'build' })).toThrow("Duplicate middleware name 'b'");
    expect(() => stack.add(mark('x'), { name: 'b', step: 'serialize', override: true })).toThrow(
      "'a (a.k.a. b)' cannot be overridden at another place",
    );
    stack.addRelativeTo(mark('c'), { name: 'c', relation: 'after', toMiddleware: 'a' });
    for (const place of [
      { relation: 'before', toMiddleware: 'a' },
      { relation: 'after', toMiddleware: 'b' },
    ] as const) {
      const elsewhere = { name: 'c', override: true, ...place };
      expect(() => stack.addRelativeTo(mark('x'), elsewhere)).toThrow("'c' cannot be overridden at another place");
    }
    expect(() => stack.add(mark('x'), { name: 'b', step: 'build', priority: 'low', override: true })).toThrow(
      "'a (a.k.a. b)' cannot be overridden at another place",
    );
    expect(stack.identify()).toEqual(['a (a.k.a. b) - build', 'c - after a']);
  });

  it('lets a relative one have the name of another that keeps its place, as the SDK does', () => {
    for (const stack of [createMiddlewareStack(), constructStack() as any]) {
      stack.add(mark('a'), { name: 'a', step: 'build' });
      stack.add(mark('b'), { name: 'b', step: 'build' });
      stack.addRelativeTo(mark('x'), { name: 'a', relation: 'after', toMiddleware: 'b', override: true });
      expect(stack.identify()).toEqual(['a - build', 'b - build', 'a - after b']);
    }
  });

  it('lets the one that was added last run first after another', async () => {
    const stack = createMiddlewareStack();
    stack.add(mark('a'), { name: 'a' });
    stack.addRelativeTo(mark('b'), { relation: 'after', toMiddleware: 'a' });
    stack.addRelativeTo(mark('c'), { relation: 'after', toMiddleware: 'a' });
    expect(await trailOf(stack)).toBe(' a c b');
  });

  it('says which middleware another one misses', () => {
    const stack = createMiddlewareStack();
    stack.addRelativeTo(mark('a'), { name: 'a', relation: 'after', toMiddleware: 'gone' });
    expect(() => stack.resolve(async () => undefined, {})).toThrow('gone is not found when adding a after gone');
    expect(stack.identify()).toEqual([]);
  });

  it('calls its functions through itself, so that they may be wrapped', () => {
    const stack = createMiddlewareStack();
    const add = vi.spyOn(stack, 'add');
    stack.use({ applyToStack: (target) => target.add(mark('a'), { name: 'a' }) });
    expect(add).toHaveBeenCalledOnce();
  });

  it("does what the SDK's stack does, whatever is added and removed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change(), { maxLength: 25 }), async (changes) => {
        const stacks: [any, any] = [createMiddlewareStack(), constructStack()];
        for (const one of changes) {
          const [own, sdk] = stacks.map((stack, i) => outcome(() => one(stack, i as 0 | 1, stacks)));
          expect(own).toEqual(sdk);
          // An error may leave the SDK's stack with half of the change.
          if (own?.threw) return;
        }
        const [own, sdk] = stacks;
        expect(own.identify()).toEqual(sdk.identify());
        const trails = await Promise.all(stacks.map((stack) => trailOf(stack).catch(() => 'threw')));
        expect(trails[0]).toBe(trails[1]);
      }),
      { numRuns: 2_000 },
    );
  });
});

function outcome(run: () => unknown): { threw: boolean; value?: unknown } {
  try {
    return { threw: false, value: run() };
  } catch {
    return { threw: true };
  }
}

type Change = (stack: any, index: 0 | 1, stacks: [any, any]) => unknown;

const MIDDLEWARE = ['1', '2', '3', '4', '5'].map(mark);

/**
 * Absolute and relative ones have names of their own, and each alias belongs to one name: where two middlewares come
 * to share one, the SDK's stack forgets that the other still has it, or keeps names of one that is gone.
 */
function change(): fc.Arbitrary<Change> {
  const middleware = fc.constantFrom(...MIDDLEWARE);
  const known = (name: fc.Arbitrary<string>) =>
    fc
      .record({
        name: fc.option(name, { nil: undefined }),
        tags: fc.subarray(['tag', 'other']),
        override: fc.boolean(),
      })
      .map((place) => (place.name === undefined ? place : { ...place, aliases: [`${place.name}-alias`] }));
  const absoluteName = fc.constantFrom('a', 'b', 'c');
  const relativeName = fc.constantFrom('x', 'y', 'z');
  const step = fc.constantFrom('initialize', 'serialize', 'build', 'finalizeRequest', 'deserialize');
  const absolutePlace = fc
    .tuple(
      known(absoluteName),
      fc.record({ step, priority: fc.constantFrom('high', 'normal', 'low') }, { requiredKeys: [] }),
    )
    .map(([names, place]) => ({ ...names, ...place }));
  const relativePlace = fc
    .tuple(
      known(relativeName),
      fc.record({
        relation: fc.constantFrom('before', 'after'),
        toMiddleware: fc.oneof(absoluteName, relativeName, fc.constant('a-alias')),
        step: fc.constantFrom('build', 'serialize'), // the SDK's own plug-ins give one
      }),
    )
    .map(([names, place]) => ({ ...names, ...place }));
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(middleware, absolutePlace).map(
        ([m, place]): Change =>
          (s) =>
            s.add(m, place),
      ),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(middleware, relativePlace).map(
        ([m, place]): Change =>
          (s) =>
            s.addRelativeTo(m, place),
      ),
    },
    fc.oneof(absoluteName, relativeName, fc.constant('b-alias')).map(
      (name): Change =>
        (s) =>
          s.remove(name),
    ),
    middleware.map(
      (m): Change =>
        (s) =>
          s.remove(m),
    ),
    fc.constantFrom('tag', 'none').map(
      (tag): Change =>
        (s) =>
          s.removeByTag(tag),
    ),
    fc.constant<Change>((stack, index, stacks) => {
      stacks[index] = stack.clone();
    }),
    middleware.map(
      (m): Change =>
        (stack, index, stacks) => {
          stacks[index] = stack.concat({ applyToStack: (target: any) => target.add(m, { step: 'build' }) });
        },
    ),
    middleware.map(
      (m): Change =>
        (s) =>
          s.use({ applyToStack: (target: any) => target.add(m, { name: 'd' }) }),
    ),
  );
}
