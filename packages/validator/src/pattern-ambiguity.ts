import { type CharacterSet, type Pattern, PatternReader } from './pattern-syntax.ts';

/** Above this many characters in a pattern its pairs of places are too many to be looked at. */
const MOST_PLACES = 400;

/** How often one place leads to the next: twice is as good as more. */
type Ways = Map<number, number>;

/** The places of a pattern that take a character, and which may come after which. */
interface Places {
  readonly sets: CharacterSet[];
  readonly next: Ways[];
}

interface Part {
  readonly first: Ways;
  readonly last: Ways;
  readonly canBeEmpty: boolean;
}

/**
 * Whether a pattern can match one string in a number of ways that grows exponentially with its length, so that a
 * matcher which tries them one after the other does not come to an end. That is so where two ways lead from a place
 * back to it by the same characters.
 * Source: Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers by Using
 * Ambiguity of NFA", 2016.
 */
export function isExponential(source: string): boolean {
  const reader = new PatternReader(source);
  const whole = reader.choice();
  return [whole, ...reader.assertions].some((pattern) => {
    const places: Places = { sets: [], next: [] };
    addPart(places, pattern);
    return places.sets.length > MOST_PLACES || isAmbiguous(places);
  });
}

/** Adds a part's places, and the ways within it. */
function addPart(places: Places, pattern: Pattern): Part {
  switch (pattern.kind) {
    case 'characters': {
      const place = places.sets.push(pattern.set) - 1;
      places.next.push(new Map());
      return { first: new Map([[place, 1]]), last: new Map([[place, 1]]), canBeEmpty: false };
    }
    case 'loop': {
      const body = addPart(places, pattern.body);
      lead(places, body.last, body.first);
      return body;
    }
    case 'optional':
      return { ...addPart(places, pattern.body), canBeEmpty: true };
    case 'choice':
      return pattern.parts
        .map((part) => addPart(places, part))
        .reduce((one, other) => ({
          first: merged(one.first, other.first),
          last: merged(one.last, other.last),
          canBeEmpty: one.canBeEmpty || other.canBeEmpty,
        }));
    case 'sequence': {
      let all: Part = { first: new Map(), last: new Map(), canBeEmpty: true };
      for (const part of pattern.parts) {
        const added = addPart(places, part);
        lead(places, all.last, added.first);
        all = {
          first: all.canBeEmpty ? merged(all.first, added.first) : all.first,
          last: added.canBeEmpty ? merged(all.last, added.last) : added.last,
          canBeEmpty: all.canBeEmpty && added.canBeEmpty,
        };
      }
      return all;
    }
  }
}

function merged(one: Ways, other: Ways): Ways {
  const all = new Map(one);
  for (const [place, count] of other) all.set(place, (all.get(place) ?? 0) + count);
  return all;
}

function lead({ next }: Places, from: Ways, to: Ways): void {
  for (const [place, fromCount] of from) {
    const ways = next[place] as Ways;
    for (const [target, toCount] of to) ways.set(target, (ways.get(target) ?? 0) + fromCount * toCount);
  }
}

/** Whether from some place two ways by the same characters lead back to it. */
function isAmbiguous({ sets, next }: Places): boolean {
  const count = sets.length;
  const before: number[][] = Array.from({ length: count * count }, () => []);
  // Pairs of places that the same characters lead to, each pair as one number.
  const reached = (start: number): Set<number> => {
    const found = new Set([start * count + start]);
    for (const pair of found) {
      const [one, other] = [Math.floor(pair / count), pair % count];
      for (const nextOne of (next[one] as Ways).keys()) {
        for (const nextOther of (next[other] as Ways).keys()) {
          if (!overlap(sets[nextOne] as CharacterSet, sets[nextOther] as CharacterSet)) continue;
          const following = nextOne * count + nextOther;
          before[following]?.push(pair);
          found.add(following);
        }
      }
    }
    return found;
  };
  for (let place = 0; place < count; place++) {
    for (const list of before) list.length = 0;
    const forward = reached(place);
    const back = new Set([place * count + place]);
    for (const pair of back) for (const previous of before[pair] as number[]) back.add(previous);
    for (const pair of back) {
      if (!forward.has(pair)) continue;
      const [one, other] = [Math.floor(pair / count), pair % count];
      if (one !== other) return true;
      for (const [target, ways] of next[one] as Ways) if (ways > 1 && back.has(target * count + target)) return true;
    }
  }
  return false;
}

function overlap(one: CharacterSet, other: CharacterSet): boolean {
  return one.some(([from, to]) => other.some(([otherFrom, otherTo]) => from <= otherTo && otherFrom <= to));
}
