import type { MatcherState } from 'vitest';

/** A message lists at most this many of what was there. */
const MOST_LISTED = 20;

/** A list for a message, one element a line; of a longer one its end. */
export function listed(elements: readonly string[]): string {
  const left = elements.length - MOST_LISTED;
  const shown = elements.slice(-MOST_LISTED).map((element) => `\n  ${element}`);
  return `${left > 0 ? `\n  … ${left} more` : ''}${shown.join('')}`;
}

/** What is expected, on one line. */
export function shown({ utils }: MatcherState, expected: object): string {
  return utils.stringify(expected, undefined, { min: true });
}

/** The error of a matcher whose `expect()` was given something else. */
export function wrongReceived(matcher: string, wanted: string): TypeError {
  return new TypeError(`${matcher}: expect() must be given ${wanted}`);
}
