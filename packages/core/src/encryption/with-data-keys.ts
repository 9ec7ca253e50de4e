import type { Connection } from '../connection.ts';
import { DataKeyUnavailableError, DeadlineExceededError } from '../errors.ts';
import { DataKeyError } from './data-key-error.ts';

/**
 * Runs what asks KMS for data keys; its errors become the typed ones.
 *
 * @param sent whether the operation's request had been sent before.
 * @throws DataKeyUnavailableError when KMS gives no data key.
 * @throws DeadlineExceededError when the request's signal aborts.
 */
export async function withDataKeys<T>(
  { binding }: Pick<Connection, 'binding'>,
  details: { readonly operation: string; readonly model: string },
  sent: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const timeLeft = binding.remaining?.();
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof DataKeyError) {
      const { message, retryable, cause } = thrown;
      throw new DataKeyUnavailableError(
        `${details.operation} of ${details.model}: KMS gave no data key, it ${message}`,
        retryable,
        { ...details, cause },
      );
    }
    const { signal } = binding;
    if (!signal?.aborted || thrown !== signal.reason) throw thrown;
    throw new DeadlineExceededError({ ...details, timeLeft, sent, cause: signal.reason });
  }
}
