/**
 * The reason of the deadline's signal: the request has used up its time. Carries Middy's error shape, so that an
 * error middleware answers with 504 and keeps the message to itself.
 */
export class DeadlineReachedError extends Error {
  override readonly name: string = 'DeadlineReachedError';
  readonly code: 'DEADLINE_REACHED' = 'DEADLINE_REACHED';
  /** Milliseconds that were kept back before the Lambda timeout. */
  readonly reserve: number;
  readonly statusCode: 504 = 504;
  readonly expose: false = false;

  constructor(reserve: number) {
    super(
      `The request reached its deadline, ${reserve} ms before the Lambda timeout. ` +
        'Do less in one request, or raise the timeout of the function.',
      { cause: { package: '@tabletheory/deadline' } },
    );
    this.reserve = reserve;
  }
}
