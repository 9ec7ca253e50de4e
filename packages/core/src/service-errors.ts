import {
  AccessDeniedError,
  ConnectionFailedError,
  CredentialsUnavailableError,
  type ErrorDetails,
  ItemTooLargeError,
  RequestRefusedError,
  ServiceError,
  TableNotFoundError,
  TableTheoryError,
  ThrottledError,
  TransactionConflictError,
} from './errors.ts';

const THROTTLES = new Set<string | undefined>([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ReplicatedWriteConflictException',
]);

const DENIALS = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
  'ExpiredTokenException',
]);

/** Whether an error's name says that DynamoDB refused the request because of load. */
export function isThrottle(name: string | undefined): boolean {
  return THROTTLES.has(name);
}

interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The typed error for what the SDK threw. Errors with data of the operation (failed conditions, cancelled
 * transactions) are mapped by the action; what is no error of a service is returned as it is.
 */
export function translateError(thrown: unknown, details: ErrorDetails): unknown {
  // Stryker disable next-line ConditionalExpression: no typed error has a name, code or status of those below.
  if (thrown instanceof TableTheoryError) return thrown;
  // Stryker disable next-line StringLiteral: any text does that is none of those below.
  const { name = '', message = '', code, $fault, $metadata } = (thrown ?? {}) as Thrown;
  const of = details.model ? ` of ${details.model}` : '';
  const what = `${details.operation}${of}`;
  const all = { ...details, cause: thrown };
  if (THROTTLES.has(name)) return new ThrottledError(`DynamoDB throttled ${what} on every attempt`, all);
  if (name === 'TransactionConflictException') {
    return new TransactionConflictError(`A transaction was writing the same item as ${what}, on every attempt`, all);
  }
  if (name === 'ResourceNotFoundException') {
    return new TableNotFoundError(`${what}: the table or index does not exist in this account and region`, all);
  }
  if (DENIALS.has(name)) {
    return new AccessDeniedError(`${what}: DynamoDB denied access (${name}); check the function's role`, all);
  }
  if (name === 'CredentialsProviderError') {
    return new CredentialsUnavailableError(`${what}: no AWS credentials could be found`, all);
  }
  if (name === 'ValidationException' || name === 'ItemCollectionSizeLimitExceededException') {
    // The message is DynamoDB's and may quote the request: it stays in `cause`.
    return /size has exceeded|exceeded the maximum allowed size/i.test(message)
      ? new ItemTooLargeError(`${what}: the item is larger than 400 KB, names included`, all)
      : new RequestRefusedError(`DynamoDB refused ${what} as invalid; its own words are the cause of this error`, all);
  }
  const status = $metadata?.httpStatusCode;
  if (name === 'SyntaxError' && status !== undefined) {
    // Its message quotes the answer, and that is an item: it is no `cause`.
    return new ConnectionFailedError(`${what}: the answer was damaged on its way`, details);
  }
  // An answer may also break off after its status.
  if (isConnectionError(name, code)) {
    return new ConnectionFailedError(`${what}: no whole answer from the endpoint (${code ?? name})`, all);
  }
  if ($fault === 'server' || (status ?? 0) >= 500) {
    return new ServiceError(`DynamoDB failed ${what} on every attempt (${name})`, all);
  }
  if ($fault === 'client') return new RequestRefusedError(`DynamoDB refused ${what} (${name})`, all);
  return thrown;
}

// Of the system, of the reader of HTTP, and of TLS: https://nodejs.org/api/tls.html#x509-certificate-error-codes
const CONNECTION = /^(E[A-Z]+$|EAI_|HPE_|UND_ERR_|CERT_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|.*_SIGNED_CERT)/;

function isConnectionError(name: string, code: string | undefined): boolean {
  return (
    name === 'TimeoutError' ||
    // Stryker disable next-line ConditionalExpression: `undefined` as text is no such code; the type needs to be told.
    (code !== undefined && CONNECTION.test(code))
  );
}
