import type { Attributes } from './attribute.ts';
import type { NestedPath, PathOf, ValueAt } from './path-types.ts';

/** One change of an update. */
export interface UpdateAction {
  readonly kind: 'set' | 'setIfNotExists' | 'add' | 'append' | 'prepend' | 'remove' | 'deleteFromSet';
  readonly path: string;
  readonly value?: unknown;
}

/** What an attribute or its part can be given; of a type that only `Kind` has. */
type NewValue<Values, P extends string, Kind = unknown> = NestedPath extends P
  ? unknown
  : P extends keyof Values
    ? Values[P] & Kind
    : ValueAt<Values, P> & Kind;

/** What a whole attribute, encrypted or not, or a part of one is set to. */
type SetValue<Values, A extends Attributes, P extends string> = NestedPath extends P
  ? unknown
  : P extends keyof Values
    ? Values[P]
    : P extends keyof A
      ? A[P]['~type']
      : ValueAt<Values, P>;

/**
 * @typeParam Values the types of the attributes that are not encrypted: the others are set or removed, and nothing else
 * @typeParam Names the attributes that may be changed
 * @typeParam A the attributes
 *
 * Collects the changes of one update; every method returns the builder.
 *
 * @example
 * await tables.orders.update({ customerId: 'c1', orderId: 'o1' }, (u) => u.set('status', 'paid').add('total', 5));
 */
export interface UpdateBuilder<Values, Names, A extends Attributes = Attributes> {
  /** Sets an attribute, an element of a list, or an attribute of a map. */
  set<P extends PathOf<Names>>(path: P, value: NoInfer<SetValue<Values, A, P>>): UpdateBuilder<Values, Names, A>;
  /** Sets an attribute that has no value yet. */
  setIfNotExists<P extends PathOf<Names>>(
    path: P,
    value: NoInfer<NewValue<Values, P>>,
  ): UpdateBuilder<Values, Names, A>;
  /** Adds to a number (a missing one counts as 0), or adds elements to a set. */
  add<P extends PathOf<Names>>(
    path: P,
    value: NoInfer<NewValue<Values, P, number | bigint | ReadonlySet<any>>>,
  ): UpdateBuilder<Values, Names, A>;
  /** Adds elements at the end of a list; a missing list counts as empty. */
  append<P extends PathOf<Names>>(
    path: P,
    elements: NoInfer<NewValue<Values, P, readonly unknown[]>>,
  ): UpdateBuilder<Values, Names, A>;
  /** Adds elements at the start of a list; a missing list counts as empty. */
  prepend<P extends PathOf<Names>>(
    path: P,
    elements: NoInfer<NewValue<Values, P, readonly unknown[]>>,
  ): UpdateBuilder<Values, Names, A>;
  /** Removes an attribute or an element of a list. */
  remove<P extends PathOf<Names>>(path: P): UpdateBuilder<Values, Names, A>;
  /** Removes elements of a set. */
  deleteFromSet<P extends PathOf<Names>>(
    path: P,
    elements: NoInfer<NewValue<Values, P, ReadonlySet<any>>>,
  ): UpdateBuilder<Values, Names, A>;
}

/** Runs the caller's function, or reads the caller's object of changes. */
export function collectActions(changes: object | ((builder: UpdateBuilder<any, any>) => unknown)): UpdateAction[] {
  if (typeof changes !== 'function') {
    return Object.entries(changes).map(([path, value]) =>
      value === undefined ? { kind: 'remove', path } : { kind: 'set', path, value },
    );
  }
  const actions: UpdateAction[] = [];
  const method =
    (kind: UpdateAction['kind']) =>
    (path: string, value?: unknown): UpdateBuilder<any, any> => {
      actions.push({ kind, path, value });
      return builder;
    };
  const builder: UpdateBuilder<any, any> = {
    set: method('set'),
    setIfNotExists: method('setIfNotExists'),
    add: method('add'),
    append: method('append'),
    prepend: method('prepend'),
    remove: method('remove'),
    deleteFromSet: method('deleteFromSet'),
  };
  (changes as (builder: UpdateBuilder<any, any>) => unknown)(builder);
  return actions;
}
