import { backOffDelay, waitInTime } from '../backoff.ts';
import type { Connection } from '../connection.ts';
import { TransactionCanceledError } from '../errors.ts';

const MAX_ATTEMPTS = 8;
const BACK_OFF = { base: 25, cap: 1_000 };

/**
 * Repeats a transaction that lost against another one on the same items, or was throttled: nothing was written, and
 * the next try may win. Stops with DynamoDB's answer when attempts or time run out.
 */
export async function retryCanceled<T>(connection: Connection, transact: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transact();
    } catch (error) {
      if (!(error instanceof TransactionCanceledError) || !error.retryable || attempt === MAX_ATTEMPTS) throw error;
      const inTime = await waitInTime(backOffDelay(attempt, BACK_OFF), connection.binding).catch(() => false);
      if (!inTime) throw error;
    }
  }
}
