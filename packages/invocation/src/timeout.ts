/**
 * Whether an error stands for a request that ran out of time, so that its handler may not have ended: the reason of the
 * deadline's signal, or an error because of it; or Middy's early timeout. Told by `code`, as an error's class may be
 * another package's, or that of another copy in the bundle.
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
