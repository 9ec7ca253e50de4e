import * as core from '@tabletheory/core';
import { describe, expect, it } from 'vitest';
import { answerTo } from './test-answer.ts';

const { TableTheoryError } = core;

/** The names of the error classes of the core: a new one does not compile here until it has a status below. */
type ErrorName = {
  [Name in keyof typeof core]: (typeof core)[Name] extends abstract new (
    ...args: any
  ) => core.TableTheoryError
    ? Name
    : never;
}[keyof typeof core];

const CANARY = 'canary-4711';
const details = { operation: CANARY, model: CANARY };
const problem = { path: CANARY, message: CANARY, keyword: 'type' };
const reason = (code: string) => ({ index: 0, model: CANARY, action: 'put', code });

/** Each error of the core, made as the core makes it, and the status it is answered with. */
const errors: Record<Exclude<ErrorName, 'TableTheoryError'>, [error: core.TableTheoryError, status: number]> = {
  ValidationFailedError: [new core.ValidationFailedError([problem], details), 400],
  CursorInvalidError: [new core.CursorInvalidError(CANARY, details), 400],
  ItemNotFoundError: [new core.ItemNotFoundError(CANARY, details), 404],
  ConditionFailedError: [new core.ConditionFailedError(CANARY, { CANARY }, details), 409],
  UniqueViolationError: [new core.UniqueViolationError(CANARY, details), 409],
  TransactionCanceledError: [new core.TransactionCanceledError([reason('ConditionalCheckFailed')], details), 409],
  ItemTooLargeError: [new core.ItemTooLargeError(CANARY, details), 413],
  AccessDeniedError: [new core.AccessDeniedError(CANARY, details), 500],
  CredentialsUnavailableError: [new core.CredentialsUnavailableError(CANARY, details), 500],
  DataKeyUnavailableError: [new core.DataKeyUnavailableError(CANARY, false, details), 500],
  RequestRefusedError: [new core.RequestRefusedError(CANARY, details), 500],
  ScanRefusedError: [new core.ScanRefusedError(CANARY, details), 500],
  StoredItemInvalidError: [new core.StoredItemInvalidError([problem], [{ CANARY }], details), 500],
  TableNotFoundError: [new core.TableNotFoundError(CANARY, details), 500],
  UnguardedWriteError: [new core.UnguardedWriteError(CANARY, details), 500],
  ConnectionFailedError: [new core.ConnectionFailedError(CANARY, details), 503],
  ServiceError: [new core.ServiceError(CANARY, details), 503],
  ThrottledError: [new core.ThrottledError(CANARY, details), 503],
  TransactionConflictError: [new core.TransactionConflictError(CANARY, details), 503],
  DeadlineExceededError: [new core.DeadlineExceededError({ ...details, timeLeft: 1, sent: true }), 504],
};

describe('an error of the core', () => {
  it('none is forgotten', () => {
    const exported = Object.values(core).filter(
      (value) => typeof value === 'function' && value.prototype instanceof TableTheoryError,
    ) as { name: string }[];
    expect(Object.keys(errors).sort()).toEqual(exported.map(({ name }) => name).sort());
  });

  it.each(Object.entries(errors))('%s has its status, and tells nothing of the inside', async (_name, each) => {
    const [error, status] = each;
    const { statusCode, headers, problem, body } = await answerTo(error);
    expect([statusCode, problem.status]).toEqual([status, status]);
    expect(body).not.toContain(CANARY);
    expect(problem.code).toBe(status === 500 ? undefined : error.code);
    expect(typeof problem.detail).toBe(status === 500 ? 'undefined' : 'string');
    expect(headers['retry-after']).toBe(status === 503 ? '1' : undefined);
  });

  it('TransactionCanceledError is a 503 where the transaction only lost against another one', async () => {
    const error = new core.TransactionCanceledError([reason('TransactionConflict')], details);
    const { problem, headers } = await answerTo(error);
    expect(problem).toMatchObject({ status: 503, code: 'TRANSACTION_CANCELED' });
    expect(headers['retry-after']).toBe('1');
  });
});

describe('a failed condition', () => {
  const failed = new core.ConditionFailedError(CANARY, undefined, details);

  it.each([
    [{ headers: { 'if-match': '"3"' } }],
    [{ headers: { 'If-Match': '"3"' } }],
    [{ headers: { 'IF-NONE-MATCH': '*' } }],
    [{ headers: { 'If-Unmodified-Since': 'Mon, 01 Jan 2026 00:00:00 GMT' } }],
    [{ multiValueHeaders: { 'if-match': ['"3"'] } }],
  ])('of a request with a precondition is a 412: %o', async (event) => {
    expect((await answerTo(failed, { event })).problem).toMatchObject({
      title: 'Precondition Failed',
      status: 412,
      code: 'CONDITION_FAILED',
    });
  });

  it.each([
    [{ headers: { 'if-modified-since': 'yesterday' } }],
    [{ headers: null }],
    [{ headers: undefined, multiValueHeaders: null }],
    ['an event that is a string'],
    [null],
  ])('of any other is a 409: %o', async (event) => {
    expect((await answerTo(failed, { event })).problem.status).toBe(409);
  });

  it('has the status the application gives it, in any case', async () => {
    const event = { headers: { 'if-match': '"3"' } };
    const statuses = { CONDITION_FAILED: 428 };
    expect((await answerTo(failed, { event, statuses })).problem.status).toBe(428);
  });

  it('has no part in other errors of such a request', async () => {
    const event = { headers: { 'if-match': '"3"' } };
    expect((await answerTo(errors.UniqueViolationError[0], { event })).problem.status).toBe(409);
    expect((await answerTo(new Error(CANARY), { event })).problem.status).toBe(500);
  });
});
