/** What policies need to know beyond models and source. */
export interface IamConfig {
  /**
   * What attributes in partition keys must be, as a value of `dynamodb:LeadingKeys`:
   * `{ tenantId: '${aws:PrincipalTag/tenantId}' }`.
   */
  readonly leadingKeys?: Readonly<Record<string, string>>;
  /**
   * The ARN of the KMS key of attributes marked `encrypted`; or several, the present one first, and after it earlier ones
   * that stored items are still encrypted with.
   */
  readonly kmsKey?: string | readonly string[];
  /** Whether traces are sent to X-Ray; by default, whether the source imports what sends them. */
  readonly xray?: boolean;
  /** Files that `recordRequests` wrote while tests ran the function, relative to the configuration. */
  readonly recordings?: readonly string[];
}
