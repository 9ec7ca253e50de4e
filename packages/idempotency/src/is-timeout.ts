/**
 * Whether an error stands for a request that ran out of time: its handler may not have ended. Told by `code`, as that of
 * a deadline is another package's.
 */
export function isTimeout(error: unknown): boolean {
  let each = error;
  // An error of the table layer, or of a function of Node, keeps the reason of the signal as its cause.
  for (let depth = 0; depth < 5 && typeof each === 'object' && each !== null; depth++) {
    const { code, name, cause } = each as { code?: unknown; name?: unknown; cause?: unknown };
    if (code === 'DEADLINE_REACHED') return true;
    if (name === 'TimeoutError' && (cause as { package?: unknown } | undefined)?.package === '@middy/core') return true;
    each = cause;
  }
  return false;
}
