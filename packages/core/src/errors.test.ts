import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  AccessDeniedError,
  ConditionFailedError,
  ConnectionFailedError,
  CredentialsUnavailableError,
  CursorInvalidError,
  DataKeyUnavailableError,
  DeadlineExceededError,
  ItemNotFoundError,
  ItemTooLargeError,
  RequestRefusedError,
  ScanRefusedError,
  ServiceError,
  StoredItemInvalidError,
  TableNotFoundError,
  TableTheoryError,
  ThrottledError,
  TransactionCanceledError,
  TransactionConflictError,
  UnguardedWriteError,
  UniqueViolationError,
  ValidationFailedError,
} from './errors.ts';

const cause = new Error('below');
const details = { operation: 'PutItem', model: 'Order', cause };
const problems = [
  { path: 'total', keyword: 'type', message: 'must be a number' },
  { path: '', keyword: 'required', message: 'is missing' },
];
const reason = (code: string, index = 0) => ({ index, model: 'Order', action: 'put', code });
const late = { ...details, timeLeft: 5, sent: true, lastError: cause };

describe('the errors', () => {
  it.each<[name: string, code: string, retryable: boolean, make: () => TableTheoryError]>([
    ['ValidationFailedError', 'VALIDATION_FAILED', false, () => new ValidationFailedError(problems, details)],
    ['StoredItemInvalidError', 'STORED_ITEM_INVALID', false, () => new StoredItemInvalidError(problems, [], details)],
    ['ItemNotFoundError', 'ITEM_NOT_FOUND', false, () => new ItemNotFoundError('no', details)],
    ['ConditionFailedError', 'CONDITION_FAILED', false, () => new ConditionFailedError('no', undefined, details)],
    ['UniqueViolationError', 'UNIQUE_VIOLATION', false, () => new UniqueViolationError('email', details)],
    ['TransactionCanceledError', 'TRANSACTION_CANCELED', false, () => new TransactionCanceledError([], details)],
    ['ThrottledError', 'THROTTLED', true, () => new ThrottledError('no', details)],
    ['TransactionConflictError', 'TRANSACTION_CONFLICT', true, () => new TransactionConflictError('no', details)],
    ['DeadlineExceededError', 'DEADLINE_EXCEEDED', false, () => new DeadlineExceededError(late)],
    ['ItemTooLargeError', 'ITEM_TOO_LARGE', false, () => new ItemTooLargeError('no', details)],
    ['TableNotFoundError', 'TABLE_NOT_FOUND', false, () => new TableNotFoundError('no', details)],
    ['AccessDeniedError', 'ACCESS_DENIED', false, () => new AccessDeniedError('no', details)],
    ['CursorInvalidError', 'CURSOR_INVALID', false, () => new CursorInvalidError('no', details)],
    ['UnguardedWriteError', 'UNGUARDED_WRITE', false, () => new UnguardedWriteError('no', details)],
    ['ScanRefusedError', 'SCAN_REFUSED', false, () => new ScanRefusedError('no', details)],
    ['ConnectionFailedError', 'CONNECTION_FAILED', true, () => new ConnectionFailedError('no', details)],
    [
      'CredentialsUnavailableError',
      'CREDENTIALS_UNAVAILABLE',
      false,
      () => new CredentialsUnavailableError('no', details),
    ],
    ['DataKeyUnavailableError', 'DATA_KEY_UNAVAILABLE', true, () => new DataKeyUnavailableError('no', true, details)],
    ['DataKeyUnavailableError', 'DATA_KEY_UNAVAILABLE', false, () => new DataKeyUnavailableError('no', false, details)],
    ['RequestRefusedError', 'REQUEST_REFUSED', false, () => new RequestRefusedError('no', details)],
    ['ServiceError', 'SERVICE_FAILED', true, () => new ServiceError('no', details)],
  ])('%s has the code %s', (name, code, retryable, make) => {
    const error = make();
    expect(error).toBeInstanceOf(TableTheoryError);
    expect(error).toMatchObject({ name, code, retryable, mayBeDone: false, ...details });
  });

  it('have a cause only where there is one', () => {
    expect(Object.hasOwn(new ScanRefusedError('no'), 'cause')).toBe(false);
  });

  it('name every problem', () => {
    const error = new ValidationFailedError(problems, details);
    expect(error).toMatchObject({ message: 'Order is not valid: total must be a number; is missing', problems });
    expect(new ValidationFailedError(problems, {}).message).toMatch(/^Request is not valid: /);
    const stored = new StoredItemInvalidError([problems[0] as never, problems[0] as never], [], details);
    expect(stored.message).toBe(
      'A stored item does not fit model Order: total must be a number; total must be a number',
    );
    expect(stored.problems).toHaveLength(2);
  });

  it('name the attribute whose value is taken', () => {
    const error = new UniqueViolationError('email', details);
    expect(error).toMatchObject({ message: 'Another Order has this email', attribute: 'email' });
  });

  it.each<[codes: string[], retryable: boolean, message: string]>([
    [[], false, 'DynamoDB gave no reason'],
    [['TransactionConflict'], true, 'action 0 (put Order): TransactionConflict'],
    [
      ['ThrottlingError', 'ProvisionedThroughputExceeded'],
      true,
      'action 0 (put Order): ThrottlingError; action 1 (put Order): ProvisionedThroughputExceeded',
    ],
    [['TransactionConflict', 'X'], false, 'action 0 (put Order): TransactionConflict; action 1 (put Order): X'],
  ])('say why a transaction was cancelled: %j', (codes, retryable, message) => {
    const reasons = codes.map(reason);
    const error = new TransactionCanceledError(reasons, details);
    expect(error).toMatchObject({ retryable, reasons, message: `The transaction was cancelled: ${message}` });
  });

  it.each([
    [true, 'Order', 'PutItem of Order did not finish before its deadline'],
    [false, 'Order', 'PutItem of Order was not begun: its deadline had passed'],
    [false, undefined, 'PutItem was not begun: its deadline had passed'],
  ])('say whether a request was sent: %s, model %s', (sent, model, message) => {
    const error = new DeadlineExceededError({ ...late, sent, model });
    expect(error).toMatchObject({ message, sent, timeLeft: 5, lastError: cause });
  });

  it('hold items where no logger copies them from', () => {
    const items = [{ text: 'c4n4ry' }];
    const partial = { items, cursor: 'c4n4ry' };
    for (const [error, held] of [
      [
        new StoredItemInvalidError(problems, items, { ...details, partial, cursor: 'c4n4ry' }),
        { items, partial, cursor: 'c4n4ry' },
      ],
      [new ConditionFailedError('no', items[0], details), { item: items[0] }],
      [new DeadlineExceededError({ ...late, partial }), { partial }],
    ] as const) {
      for (const [name, value] of Object.entries(held)) expect(Reflect.get(error, name)).toBe(value);
      expect(inspect({ ...error }, { depth: 9 })).not.toContain('c4n4ry');
      expect(JSON.stringify(error)).not.toContain('c4n4ry');
    }
  });
});
