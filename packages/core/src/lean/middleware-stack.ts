import type { Handler, Middleware } from '../command/client.ts';

/** The steps of a request, in order. */
export type Step = 'initialize' | 'serialize' | 'build' | 'finalizeRequest' | 'deserialize';

/** What a middleware is known by. */
export interface MiddlewareName {
  readonly name?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Take the place of the middleware of that name, instead of an error. */
  readonly override?: boolean | undefined;
}

/** The place of a middleware in a step. */
export interface AbsolutePlace extends MiddlewareName {
  readonly step?: Step | undefined;
  readonly priority?: 'high' | 'normal' | 'low' | undefined;
}

/** The place of a middleware beside another. */
export interface RelativePlace extends MiddlewareName {
  readonly relation: 'before' | 'after';
  readonly toMiddleware: string;
}

/** Adds its middleware to a stack. */
export interface Pluggable {
  applyToStack(stack: any): void;
}

/** The middleware of a client, as the SDK keeps it: middleware written for its clients works here. */
export interface LeanMiddlewareStack {
  add(middleware: any, place?: AbsolutePlace): void;
  addRelativeTo(middleware: any, place: RelativePlace): void;
  use(plugin: Pluggable): void;
  clone(): LeanMiddlewareStack;
  concat(from: Pluggable): LeanMiddlewareStack;
  applyToStack(stack: any): void;
  /** By its name, an alias, or the middleware itself; tells whether there was one. */
  remove(toRemove: string | Middleware): boolean;
  removeByTag(tag: string): boolean;
  /** The names and places, in the order in which they run. */
  identify(): string[];
  /** The handler with all middleware around it. */
  resolve(handler: any, context: any): Handler;
}

type Place = AbsolutePlace & { readonly step: Step; readonly priority: NonNullable<AbsolutePlace['priority']> };

interface Entry<P extends AbsolutePlace | RelativePlace = Place | RelativePlace> {
  readonly middleware: Middleware;
  readonly place: P;
}

/** An empty stack. Its functions may be wrapped: they call each other through the stack. */
export function createMiddlewareStack(): LeanMiddlewareStack {
  let absolute: Entry<Place>[] = [];
  let relative: Entry<RelativePlace>[] = [];

  function add<P extends Place | RelativePlace>(entries: Entry<P>[], middleware: Middleware, place: P): void {
    const names = namesOf(place);
    const taken = names.filter((name) =>
      [...absolute, ...relative].some((entry) => namesOf(entry.place).includes(name)),
    );
    if (taken.length > 0 && place.override !== true) throw new Error(`Duplicate middleware name '${nameText(place)}'`);
    for (const name of taken) {
      const index = entries.findIndex((entry) => namesOf(entry.place).includes(name));
      const overridden = entries[index];
      if (overridden === undefined) continue; // of the other kind, which keeps its place
      if (!isSamePlace(overridden.place, place)) {
        throw new Error(`'${nameText(overridden.place)}' cannot be overridden at another place`);
      }
      entries.splice(index, 1);
    }
    entries.push({ middleware, place });
  }

  function removeWhere(matches: (entry: Entry) => boolean): boolean {
    const count = absolute.length + relative.length;
    absolute = absolute.filter((entry) => !matches(entry));
    relative = relative.filter((entry) => !matches(entry));
    return absolute.length + relative.length < count;
  }

  /** All entries as they run. */
  function inOrder(whenMissing: (entry: Entry<RelativePlace>) => void): Entry[] {
    const byName = new Map<string, Entry>();
    for (const entry of [...absolute, ...relative]) {
      for (const name of namesOf(entry.place)) byName.set(name, entry);
    }
    const beside = new Map<Entry | undefined, Entry<RelativePlace>[]>();
    for (const entry of relative) {
      const target = byName.get(entry.place.toMiddleware);
      if (target === undefined) whenMissing(entry);
      else beside.set(target, [...(beside.get(target) ?? []), entry]);
    }
    const withNeighbours = (entry: Entry): Entry[] => {
      const neighbours = beside.get(entry) ?? [];
      const related = (relation: string): Entry[] => neighbours.filter(({ place }) => place.relation === relation);
      return [
        ...related('before').flatMap(withNeighbours),
        entry,
        ...related('after').reverse().flatMap(withNeighbours), // the last one added runs first, as in the SDK
      ];
    };
    return absolute.toSorted((a, b) => rank(a.place) - rank(b.place)).flatMap(withNeighbours);
  }

  const stack: LeanMiddlewareStack = {
    add(middleware, place = {}) {
      add(absolute, middleware, {
        ...place,
        step: place.step ?? 'initialize',
        priority: place.priority ?? 'normal',
      });
    },
    addRelativeTo: (middleware, place) => add(relative, middleware, place),
    use: (plugin) => plugin.applyToStack(stack),
    clone() {
      const clone = createMiddlewareStack();
      stack.applyToStack(clone);
      return clone;
    },
    concat(from) {
      const both = stack.clone();
      both.use(from);
      return both;
    },
    applyToStack(target) {
      for (const { middleware, place } of absolute) target.add(middleware, place);
      for (const { middleware, place } of relative) target.addRelativeTo(middleware, place);
    },
    remove: (toRemove) =>
      removeWhere(({ middleware, place }) =>
        typeof toRemove === 'string' ? namesOf(place).includes(toRemove) : middleware === toRemove,
      ),
    removeByTag: (tag) => removeWhere(({ place }) => place.tags?.includes(tag) === true),
    identify: () => inOrder(ignore).map(({ place }) => `${nameText(place)} - ${shortPlaceText(place)}`),
    resolve: (handler, context) =>
      inOrder(refuseMissing).reduceRight((next, { middleware }) => middleware(next, context), handler),
  };
  return stack;
}

function ignore(): void {}

function refuseMissing({ place }: Entry<RelativePlace>): never {
  throw new Error(`${place.toMiddleware} is not found when adding ${nameText(place)} ${shortPlaceText(place)}`);
}

const STEPS: readonly string[] = ['initialize', 'serialize', 'build', 'finalizeRequest', 'deserialize'];
const PRIORITIES: readonly string[] = ['high', 'normal', 'low'];

function rank({ step, priority }: Place): number {
  return STEPS.indexOf(step) * PRIORITIES.length + PRIORITIES.indexOf(priority);
}

function namesOf({ name, aliases = [] }: MiddlewareName): readonly string[] {
  return name ? [name, ...aliases] : aliases;
}

function nameText({ name, aliases = [] }: MiddlewareName): string {
  return `${name || 'anonymous'}${aliases.length > 0 ? ` (a.k.a. ${aliases.join(',')})` : ''}`;
}

function shortPlaceText(place: Place | RelativePlace): string {
  return 'step' in place ? place.step : `${place.relation} ${place.toMiddleware}`;
}

/** Of two places of the same kind. */
function isSamePlace(a: Place | RelativePlace, b: Place | RelativePlace): boolean {
  const other = b as Place & RelativePlace;
  if ('relation' in a) return a.relation === other.relation && a.toMiddleware === other.toMiddleware;
  return a.step === other.step && a.priority === other.priority;
}
