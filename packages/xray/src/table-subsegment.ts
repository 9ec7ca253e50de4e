import type { OperationOutcome, TableOperation } from '@tabletheory/invocation';
import { type OutcomeFlags, outcomeFlags } from './outcome-flags.ts';
import { randomId } from './random-id.ts';

/**
 * What X-Ray records of one table operation, in the fields of
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-aws.
 * Of an error it tells name and code: the message may quote an item.
 */
export function tableSubsegment(operation: TableOperation, outcome: OperationOutcome): object {
  const { attempts, consumed } = outcome;
  const status = attempts.at(-1)?.status;
  return {
    aws: {
      operation: operation.name,
      region: process.env.AWS_REGION,
      ...(operation.tables.length === 1 ? { table_name: operation.tables[0] } : { table_names: operation.tables }),
      index_name: operation.index,
      request_id: outcome.requestId,
      retries: Math.max(0, attempts.length - 1),
      item_count: outcome.items,
      consumed_capacity: consumed.length > 0 ? consumed.map(capacity) : undefined,
    },
    ...(status !== undefined && { http: { response: { status } } }),
    ...(outcome.error !== undefined && { ...failureFlags(outcome), cause: cause(outcome.error, status !== undefined) }),
    // A throttled attempt counts also when a later one succeeded: it is what the client met.
    ...(attempts.some((attempt) => attempt.throttled) && { throttle: true }),
    // Of one attempt that succeeded the rest tells everything.
    ...((attempts.length > 1 || attempts[0]?.error !== undefined) && {
      metadata: { tabletheory: { attempts: attempts.map(attemptRecord) } },
    }),
  };
}

function failureFlags({ attempts }: OperationOutcome): OutcomeFlags {
  const last = attempts.at(-1);
  // DynamoDB answers a throttled request with status 400.
  return outcomeFlags(last?.throttled ? 429 : last?.status);
}

function capacity({ table, read, write }: OperationOutcome['consumed'][number]): object {
  return { table_name: table, read_capacity_units: read, write_capacity_units: write };
}

function attemptRecord({
  durationMs,
  delayMs,
  status,
  error,
  throttled,
}: OperationOutcome['attempts'][number]): object {
  return { duration_ms: durationMs, delay_ms: delayMs, status, error, throttled };
}

function cause(error: unknown, remote: boolean): object {
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const type = typeof name === 'string' ? name : typeof error;
  return { exceptions: [{ id: randomId(), type, message: typeof code === 'string' ? code : type, remote }] };
}
