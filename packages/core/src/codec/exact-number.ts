/**
 * A stored number that neither a `number` nor a `bigint` holds exactly, as `any()` and unknown attributes read it.
 * It is written back digit by digit.
 */
export class ExactNumber {
  /** The digits as DynamoDB holds them. */
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toString(): string {
    return this.digits;
  }

  /** As text: a JSON number would be rounded by its reader. */
  toJSON(): string {
    return this.digits;
  }
}
