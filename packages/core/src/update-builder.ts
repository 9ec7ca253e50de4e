import type { PathOf, ValueAt } from './path-types.ts';

/** One change of an update. */
export interface UpdateAction {
  readonly kind: 'set' | 'setIfNotExists' | 'add' | 'append' | 'prepend' | 'remove' | 'deleteFromSet';
  readonly path: string;
  readonly value?: unknown;
}

type Addend<T> = T extends number | bigint ? T : T extends ReadonlySet<any> ? T : never;

/**
 * Collects the changes of one update; every method returns the builder.
 *
 * @example
 * await tables.orders.update({ customerId: 'c1', orderId: 'o1' }, (u) => u.set('status', 'paid').add('total', 5));
 */
export interface UpdateBuilder<Item> {
  /** Sets an attribute, an element of a list, or an attribute of a map. */
  set<P extends PathOf<Item>>(path: P, value: ValueAt<Item, P>): UpdateBuilder<Item>;
  /** Sets an attribute that has no value yet. */
  setIfNotExists<P extends PathOf<Item>>(path: P, value: ValueAt<Item, P>): UpdateBuilder<Item>;
  /** Adds to a number (a missing one counts as 0), or adds elements to a set. */
  add<P extends PathOf<Item>>(path: P, value: Addend<ValueAt<Item, P>>): UpdateBuilder<Item>;
  /** Adds elements at the end of a list; a missing list counts as empty. */
  append<P extends PathOf<Item>>(path: P, elements: ValueAt<Item, P> & readonly unknown[]): UpdateBuilder<Item>;
  /** Adds elements at the start of a list; a missing list counts as empty. */
  prepend<P extends PathOf<Item>>(path: P, elements: ValueAt<Item, P> & readonly unknown[]): UpdateBuilder<Item>;
  /** Removes an attribute or an element of a list. */
  remove<P extends PathOf<Item>>(path: P): UpdateBuilder<Item>;
  /** Removes elements of a set. */
  deleteFromSet<P extends PathOf<Item>>(path: P, elements: ValueAt<Item, P> & ReadonlySet<any>): UpdateBuilder<Item>;
}

/** Runs the caller's function, or reads the caller's object of changes. */
export function collectActions(changes: object | ((builder: UpdateBuilder<any>) => unknown)): UpdateAction[] {
  if (typeof changes !== 'function') {
    return Object.entries(changes).map(([path, value]) =>
      value === undefined ? { kind: 'remove', path } : { kind: 'set', path, value },
    );
  }
  const actions: UpdateAction[] = [];
  const method =
    (kind: UpdateAction['kind']) =>
    (path: string, value?: unknown): UpdateBuilder<any> => {
      actions.push({ kind, path, value });
      return builder;
    };
  const builder: UpdateBuilder<any> = {
    set: method('set'),
    setIfNotExists: method('setIfNotExists'),
    add: method('add'),
    append: method('append'),
    prepend: method('prepend'),
    remove: method('remove'),
    deleteFromSet: method('deleteFromSet'),
  };
  (changes as (builder: UpdateBuilder<any>) => unknown)(builder);
  return actions;
}
