/**
 * Whether a KMS key is named by an alias, which is no resource of actions on keys:
 * https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
 */
export function isKeyAlias(key: string): boolean {
  return /(?:^|:)alias\//.test(key);
}
