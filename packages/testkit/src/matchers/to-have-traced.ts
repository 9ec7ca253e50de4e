import type { Segment } from '@tabletheory/local';
import type { MatcherState, SyncMatcherResult } from 'vitest';
import { listed, shown, wrongReceived } from './matcher-text.ts';

/** What `toHaveTraced` looks for. Each may also be an asymmetric matcher, as `expect.stringContaining('Item')`. */
export interface ExpectedSegment {
  /** The name of the segment, for example `## orders` or `DynamoDB`. */
  readonly name?: string | undefined;
  /** The operation on DynamoDB, for example `PutItem`. */
  readonly operation?: string | undefined;
  /** A table of that operation. */
  readonly table?: string | undefined;
}

/** Passes when one of the segments, or one inside them, has all that is expected. */
export function toHaveTraced(this: MatcherState, received: unknown, expected: ExpectedSegment): SyncMatcherResult {
  if (!Array.isArray(received)) throw wrongReceived('toHaveTraced', 'a list of segments');
  const { equals, customTesters } = this;
  const { name, operation, table } = expected;
  const segments = (received as readonly Segment[]).flatMap(withInner);
  const matches = (segment: Segment): boolean =>
    (name === undefined || equals(segment.name, name, customTesters)) &&
    (operation === undefined || equals(segment.aws?.operation, operation, customTesters)) &&
    (table === undefined || tablesOf(segment).some((one) => equals(one, table, customTesters)));
  return {
    pass: segments.some(matches),
    message: () => {
      const wanted = `a segment with ${shown(this, expected)}`;
      if (this.isNot) return `expected no such segment, but there is ${wanted}`;
      if (segments.length === 0) return `expected ${wanted}, but there are no segments`;
      return `expected ${wanted}, but there are only:${listed(segments.map(describe))}`;
    },
  };
}

function withInner(segment: Segment): Segment[] {
  return [segment, ...(segment.subsegments ?? []).flatMap(withInner)];
}

function tablesOf({ aws }: Segment): string[] {
  return [aws?.table_name, aws?.table_names].flat().filter((table) => typeof table === 'string');
}

function describe(segment: Segment): string {
  const operation = segment.aws?.operation;
  return operation === undefined ? segment.name : `${segment.name} ${operation} on ${tablesOf(segment).join(', ')}`;
}
