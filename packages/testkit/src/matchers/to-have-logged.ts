import type { MatcherState, SyncMatcherResult } from 'vitest';
import type { CapturedLines, LogRecord } from '../capture-lines.ts';
import { listed, shown, wrongReceived } from './matcher-text.ts';

/** What `toHaveLogged` looks for: members of a log line. Each may also be an asymmetric matcher. */
export type ExpectedLog = Readonly<Record<string, unknown>>;

/**
 * Passes when a captured log line has these members: of objects in it, at least these, as `toMatchObject` compares.
 * One that is `undefined` must not be there.
 */
export function toHaveLogged(this: MatcherState, received: unknown, expected: ExpectedLog): SyncMatcherResult {
  if (typeof (received as Partial<CapturedLines> | undefined)?.logs !== 'function') {
    throw wrongReceived('toHaveLogged', 'what captureLines() returned');
  }
  const { equals, customTesters, utils } = this;
  const testers = [...customTesters, utils.iterableEquality, utils.subsetEquality];
  const logs = (received as CapturedLines).logs();
  const differing = (record: LogRecord): string[] =>
    Object.entries(expected)
      .filter(([key, value]) => !equals(record[key], value, testers))
      .map(([key]) => key);
  return {
    pass: logs.some((record) => differing(record).length === 0),
    message: () => {
      const wanted = `a log line with ${shown(this, expected)}`;
      if (this.isNot) return `expected no such line, but there is ${wanted}`;
      if (logs.length === 0) return `expected ${wanted}, but nothing was logged`;
      const lines = logs.map((record) => `${nameOf(record)} differs in ${differing(record).join(', ')}`);
      return `expected ${wanted}, but none of ${logs.length} matches:${listed(lines)}`;
    },
  };
}

/** Level and message: other members may hold what does not belong into the output of a test. */
function nameOf({ level, message }: LogRecord): string {
  return `${level} ${JSON.stringify(message)}`;
}
