/** The error a promise rejects with, of the class it must be of. */
export async function thrownBy<E extends Error>(
  promise: PromiseLike<unknown>,
  type: abstract new (...args: any[]) => E,
): Promise<E> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof type) return error;
    throw new Error(`expected ${type.name}, got another error`, { cause: error });
  }
  throw new Error(`expected ${type.name}, but nothing was thrown`);
}
