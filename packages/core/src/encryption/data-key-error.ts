/** KMS gave no data key: why, in words that hold nothing of one. */
export class DataKeyError extends Error {
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Whether KMS refused what it was given to decrypt, rather than whoever asked. */
  readonly refused: boolean;

  constructor(problem: string, { retryable = false, refused = false, cause }: DataKeyProblem = {}) {
    super(problem, cause === undefined ? undefined : { cause });
    this.retryable = retryable;
    this.refused = refused;
  }
}

interface DataKeyProblem {
  readonly retryable?: boolean;
  readonly refused?: boolean;
  readonly cause?: unknown;
}

interface Thrown {
  readonly name?: string;
  readonly code?: string;
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: object;
}

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
const REFUSED = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);
const RETRYABLE = new Set([
  'DependencyTimeoutException',
  'KeyUnavailableException',
  'KMSInternalException',
  'LimitExceededException',
  'ThrottlingException',
  'TimeoutError',
]);

/** @throws DataKeyError for what a client of KMS threw. */
export function failedKey(thrown: unknown): never {
  const { name = 'Error', code, $fault, $retryable } = (thrown ?? {}) as Thrown;
  // Only what KMS refused a request with, and errors of connections, are known to hold no part of an answer.
  const cause = $fault === undefined && code === undefined ? undefined : thrown;
  throw new DataKeyError(`refused or failed (${name})`, {
    retryable:
      $fault === 'server' || RETRYABLE.has(name) || ($fault === undefined && code !== undefined) || !!$retryable,
    refused: REFUSED.has(name),
    cause,
  });
}

/** Whether KMS decrypted no key because of what it was given: it was changed, or is bound to something else. */
export function isRefusedKey(error: unknown): boolean {
  return error instanceof DataKeyError && error.refused;
}
