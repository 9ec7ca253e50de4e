/** A source of random numbers that gives the same ones for the same seed. */
export interface Random {
  /** Evenly spread over 0 up to 1, without 1. */
  next(): number;
  /** A whole number from 0 up to `below`, without it. */
  integer(below: number): number;
  /** One of the choices. */
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** A mulberry32 generator: 32 bits of state, plenty for choosing faults and operations. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  return { next, integer, pick: (choices) => choices[integer(choices.length)] as (typeof choices)[0] };
}
