/**
 * The reason of a budget's signal: a part of the request has used up the time it was given, before the deadline of
 * the request. Carries Middy's error shape, so that an error middleware answers with 504 and keeps the message to
 * itself.
 */
export class BudgetExceededError extends Error {
  override readonly name: string = 'BudgetExceededError';
  readonly code: 'BUDGET_EXCEEDED' = 'BUDGET_EXCEEDED';
  /** The milliseconds the budget had. */
  readonly budget: number;
  readonly statusCode: 504 = 504;
  readonly expose: false = false;

  constructor(budget: number) {
    super(
      `A part of the request took longer than its budget of ${budget} ms. ` +
        'Do without its result, do less in it, or give it more time.',
      { cause: { package: '@tabletheory/deadline' } },
    );
    this.budget = budget;
  }
}
