import { describe, expect, it } from 'vitest';
import {
  AccessDeniedError,
  ConnectionFailedError,
  CredentialsUnavailableError,
  ItemTooLargeError,
  RequestRefusedError,
  ServiceError,
  TableNotFoundError,
  type TableTheoryError,
  ThrottledError,
  TransactionConflictError,
} from './errors.ts';
import { isThrottle, translateError } from './service-errors.ts';

const details = { operation: 'PutItem', model: 'Order' };

/** An error as the SDK throws it. */
function sdkError(name: string, more: object = {}): Error {
  return Object.assign(new Error('s3cret of the request'), { name, ...more });
}

const answered = (httpStatusCode: number, $fault = httpStatusCode < 500 ? 'client' : 'server') => ({
  $fault,
  $metadata: { httpStatusCode },
});

describe.each<[type: new (...args: any) => TableTheoryError, retryable: boolean, thrown: Error[]]>([
  [
    ThrottledError,
    true,
    [
      sdkError('ProvisionedThroughputExceededException', answered(400)),
      sdkError('ThrottlingException', answered(400)),
      sdkError('RequestLimitExceeded', answered(400)),
    ],
  ],
  [TableNotFoundError, false, [sdkError('ResourceNotFoundException', answered(400))]],
  [
    AccessDeniedError,
    false,
    [
      sdkError('AccessDeniedException', answered(400)),
      sdkError('UnrecognizedClientException', answered(400)),
      sdkError('ExpiredTokenException', answered(400)),
    ],
  ],
  [CredentialsUnavailableError, false, [sdkError('CredentialsProviderError')]],
  [
    ItemTooLargeError,
    false,
    [
      sdkError('ValidationException', { ...answered(400), message: 'Item size has exceeded the maximum allowed size' }),
      sdkError('ValidationException', {
        ...answered(400),
        message: 'Item size to update has exceeded the maximum allowed size',
      }),
    ],
  ],
  [
    RequestRefusedError,
    false,
    [
      sdkError('ValidationException', answered(400)),
      sdkError('ItemCollectionSizeLimitExceededException', answered(400)),
      sdkError('SomeClientFault', answered(400)),
    ],
  ],
  [
    ConnectionFailedError,
    true,
    [
      sdkError('Error', { code: 'ECONNREFUSED' }),
      sdkError('Error', { code: 'ECONNRESET' }),
      sdkError('Error', { code: 'HPE_INVALID_CONSTANT' }),
      sdkError('Error', { code: 'ENOTFOUND' }),
      sdkError('Error', { code: 'EAI_AGAIN' }),
      sdkError('Error', { code: 'UND_ERR_SOCKET' }),
      sdkError('Error', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
      sdkError('Error', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      sdkError('Error', { code: 'CERT_HAS_EXPIRED' }),
      sdkError('Error', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
      sdkError('Error', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
      sdkError('Error', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
      sdkError('TimeoutError', { $metadata: {} }),
    ],
  ],
  [
    ServiceError,
    true,
    [
      sdkError('InternalServerError', answered(500)),
      sdkError('Whatever', answered(503, 'client')),
      sdkError('Whatever', answered(500, 'client')),
      sdkError('Whatever', { $fault: 'server' }),
    ],
  ],
  [TransactionConflictError, true, [sdkError('TransactionConflictException', answered(400))]],
])('%o', (type, retryable, thrown) => {
  it.each(thrown)('stands for %o', (error) => {
    const translated = translateError(error, details) as TableTheoryError;
    expect(translated).toBeInstanceOf(type);
    expect(translated).toMatchObject({ ...details, retryable, cause: error });
    expect(translated.message).toContain('PutItem of Order');
    expect(translated.message).not.toContain('s3cret');
  });
});

describe('translateError', () => {
  it('leaves typed errors and what is no error of a service as they are', () => {
    const typed = new ThrottledError('typed');
    const other = new TypeError('a bug');
    const invalidArgument = sdkError('TypeError', { code: 'ERR_INVALID_ARG_TYPE' });
    const invalidUrl = sdkError('TypeError', { code: 'ERR_INVALID_URL_SCHEME' });
    const unread = sdkError('SyntaxError');
    for (const thrown of [typed, other, invalidArgument, invalidUrl, unread, undefined, null, 'text', 5]) {
      expect(translateError(thrown, details)).toBe(thrown);
    }
  });

  it('tells a damaged answer, without the error that may quote it', () => {
    const error = translateError(sdkError('SyntaxError', { $metadata: { httpStatusCode: 200 } }), details) as Error;
    expect(error).toBeInstanceOf(ConnectionFailedError);
    expect(error).toMatchObject(details);
    expect(error.message).toBe('PutItem of Order: the answer was damaged on its way');
    expect(error).not.toHaveProperty('cause');
  });

  it('names what became of a connection', () => {
    const messageOf = (thrown: Error) => (translateError(thrown, details) as Error).message;
    expect(messageOf(sdkError('Error', { code: 'ECONNRESET' }))).toContain('(ECONNRESET)');
    expect(messageOf(sdkError('TimeoutError'))).toContain('(TimeoutError)');
  });

  it('names the operation alone where there is no model', () => {
    const error = translateError(sdkError('ThrottlingException'), { operation: 'ListTables' }) as Error;
    expect(error.message).toContain('ListTables on every attempt');
  });
});

describe('isThrottle', () => {
  it.each([
    ['ThrottlingException', true],
    ['ValidationException', false],
    [undefined, false],
  ])('%s: %s', (name, throttle) => expect(isThrottle(name)).toBe(throttle));
});
