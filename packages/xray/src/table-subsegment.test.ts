import middy from '@middy/core';
import { invocationOf, type OperationOutcome } from '@tabletheory/invocation';
import { describe, expect, test } from 'vitest';
import { getItem, ok, operations, recorders, run, testDaemon, traceA } from './test-daemon.ts';

const daemon = testDaemon();

function failure(name: string, code: string): Error {
  return Object.assign(new Error('item secret'), { name, code, item: 'secret' });
}

describe.each(recorders)('with %s', (_recorder, xray) => {
  test('counts retries, and tells of throttled attempts', async () => {
    const throttled = { durationMs: 2, delayMs: 0, status: 400, error: 'ThrottlingException', throttled: true };
    const last = { durationMs: 3, delayMs: 20, status: 200, throttled: false };
    await run(
      middy()
        .use(xray())
        .use(operations({ ...ok, attempts: [throttled, throttled, last] }))
        .handler(async () => {}),
    );
    const [operation] = (await daemon.document()).subsegments;
    expect(operation).toMatchObject({ aws: { retries: 2 }, throttle: true, http: { response: { status: 200 } } });
    expect(operation).not.toHaveProperty('error');
    expect(operation.metadata.tabletheory.attempts).toEqual([
      { duration_ms: 2, delay_ms: 0, status: 400, error: 'ThrottlingException', throttled: true },
      { duration_ms: 2, delay_ms: 0, status: 400, error: 'ThrottlingException', throttled: true },
      { duration_ms: 3, delay_ms: 20, status: 200, throttled: false },
    ]);
  });

  test('flags failed operations and gives name and code of the error, never its message', async () => {
    const attempt = { durationMs: 1, delayMs: 0, throttled: false };
    await run(
      middy()
        .use(xray())
        .use(
          operations(
            {
              ...ok,
              attempts: [{ ...attempt, status: 400 }],
              error: failure('ConditionFailedError', 'CONDITION_FAILED'),
            },
            { ...ok, attempts: [{ ...attempt, status: 500 }], error: failure('InternalServerError', 'INTERNAL') },
            {
              ...ok,
              attempts: [{ ...attempt, status: 400, throttled: true }],
              error: failure('ThrottledError', 'THROTTLED'),
            },
            { ...ok, attempts: [], error: failure('DeadlineExceededError', 'DEADLINE_EXCEEDED') },
          ),
        )
        .handler(async () => {}),
    );
    const { subsegments } = await daemon.document();
    const flags = subsegments.map(({ error, fault, throttle }: any) => ({ error, fault, throttle }));
    expect(flags).toEqual([{ error: true }, { fault: true }, { error: true, throttle: true }, { fault: true }]);
    expect(subsegments[0].cause.exceptions).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        type: 'ConditionFailedError',
        message: 'CONDITION_FAILED',
        remote: true,
      },
    ]);
    expect(subsegments[3].cause.exceptions[0]).toMatchObject({ message: 'DEADLINE_EXCEEDED', remote: false });
    expect(daemon.received.join()).not.toContain('secret');
  });

  test('names every table of transactions and batches, and lists a single attempt only when it failed', async () => {
    const throttled = { durationMs: 2, delayMs: 0, status: 400, error: 'ThrottlingException', throttled: true };
    const performed = {
      before(request: middy.Request) {
        for (const name of ['TransactWriteItems', 'TransactGetItems', 'BatchWriteItem', 'BatchGetItem']) {
          invocationOf(request)?.observe?.({ name, tables: ['orders', 'customers'], models: [] })?.(ok);
        }
        invocationOf(request)?.observe?.(getItem)?.({ ...ok, attempts: [throttled], error: new Error() });
      },
    };
    await run(
      middy()
        .use(xray())
        .use(performed)
        .handler(async () => {}),
    );
    const { subsegments } = await daemon.document();
    for (const { aws, metadata } of subsegments.slice(0, 4)) {
      expect(aws.table_names).toEqual(['orders', 'customers']);
      expect(metadata).toBeUndefined();
    }
    expect(subsegments[4].metadata.tabletheory.attempts).toEqual([
      { duration_ms: 2, delay_ms: 0, status: 400, error: 'ThrottlingException', throttled: true },
    ]);
  });

  test('an operation that outlasts the request is sent with it in progress, and again when it ends', async () => {
    let finish: ((outcome: OperationOutcome) => void) | undefined;
    const started = {
      before(request: middy.Request) {
        finish = invocationOf(request)?.observe?.(getItem);
      },
    };
    await run(
      middy()
        .use(xray())
        .use(started)
        .handler(async () => {}),
    );
    const [operation] = (await daemon.document()).subsegments;
    expect(operation.in_progress).toBe(true);
    finish?.(ok);
    const late = (await daemon.documents(2))[1];
    expect(late).toMatchObject({ id: operation.id, trace_id: traceA, aws: { request_id: 'REQUEST' } });
    expect(late).not.toHaveProperty('in_progress');
  });
});
