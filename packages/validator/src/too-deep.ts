/**
 * Whether an error is that of a value nested too deeply to be walked through: thousands of levels, which only someone
 * hostile sends.
 */
export function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}
