import { describe, expect, it } from 'vitest';
import { DataKeyError, failedKey, isRefusedKey } from './data-key-error.ts';

function failed(thrown: unknown): DataKeyError {
  try {
    return failedKey(thrown);
  } catch (error) {
    return error as DataKeyError;
  }
}

const kmsError = (name: string, more: object = {}) => Object.assign(new Error('s3cret'), { name, ...more });

describe('what a client of KMS threw', () => {
  it.each<[thrown: unknown, name: string, expected: { retryable: boolean; refused: boolean }]>([
    [
      kmsError('AccessDeniedException', { $fault: 'client' }),
      'AccessDeniedException',
      { retryable: false, refused: false },
    ],
    [
      kmsError('InvalidCiphertextException', { $fault: 'client' }),
      'InvalidCiphertextException',
      { retryable: false, refused: true },
    ],
    [
      kmsError('IncorrectKeyException', { $fault: 'client' }),
      'IncorrectKeyException',
      { retryable: false, refused: true },
    ],
    ...[
      'DependencyTimeoutException',
      'KeyUnavailableException',
      'KMSInternalException',
      'LimitExceededException',
      'ThrottlingException',
      'TimeoutError',
    ].map((name): [unknown, string, { retryable: boolean; refused: boolean }] => [
      kmsError(name, { $fault: 'client' }),
      name,
      { retryable: true, refused: false },
    ]),
    [kmsError('X', { $fault: 'server' }), 'X', { retryable: true, refused: false }],
    [kmsError('X', { $fault: 'client', $retryable: {} }), 'X', { retryable: true, refused: false }],
    [kmsError('Error', { code: 'ECONNRESET' }), 'Error', { retryable: true, refused: false }],
    [kmsError('X', { $fault: 'client', code: 'X' }), 'X', { retryable: false, refused: false }],
  ])('is a DataKeyError with its name, and itself as the cause: case %#', (thrown, name, expected) => {
    const error = failed(thrown);
    expect(error).toBeInstanceOf(DataKeyError);
    expect(error).toMatchObject(expected);
    expect(error.message).toBe(`refused or failed (${name})`);
    expect(error.cause).toBe(thrown);
    expect(isRefusedKey(error)).toBe(expected.refused);
  });

  it.each([
    [kmsError('SyntaxError'), 'SyntaxError'],
    ['a text', 'Error'],
    [undefined, 'Error'],
    [null, 'Error'],
  ])('is no cause where it may hold a part of an answer: case %#', (thrown, name) => {
    const error = failed(thrown);
    expect(error).toMatchObject({ message: `refused or failed (${name})`, retryable: false, refused: false });
    expect(error).not.toHaveProperty('cause');
  });
});

it('no other error is a refused key', () => {
  expect(isRefusedKey(Object.assign(new Error('x'), { refused: true }))).toBe(false);
  expect(isRefusedKey(new DataKeyError('x'))).toBe(false);
  expect(new DataKeyError('x')).toMatchObject({ retryable: false, refused: false });
});
