import type { StreamProblem, UnreadRecord } from '@tabletheory/core';

/** A stream record fits no model, though it is of a model's table and key. It is in the log; nothing throws it. */
export class RecordUnreadableError extends Error {
  override readonly name: string = 'RecordUnreadableError';
  readonly code: 'RECORD_UNREADABLE' = 'RECORD_UNREADABLE';
  /** What does not fit, and where; without values. */
  readonly problems: readonly StreamProblem[];

  constructor({ problems }: UnreadRecord) {
    const list = problems.map(
      ({ model, path, message }) => `${model === undefined ? '' : `${model}: `}${path} ${message}`,
    );
    super(`A stream record could not be read: ${list.join('; ')}. Take it with onPoison, or mend the model.`, {
      cause: { package: '@tabletheory/streams' },
    });
    this.problems = problems;
  }
}
