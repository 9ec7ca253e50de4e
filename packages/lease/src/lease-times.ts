// Long enough for a fencing token to be lower than the time at which its item may be made anew.
const RETENTION_MS = 7 * 24 * 3_600_000;

/** The times of a lease that is acquired or refreshed now. */
export function leaseTimes(duration: number): { until: Date; expiresAt: Date } {
  const until = Date.now() + duration;
  return { until: new Date(until), expiresAt: new Date(until + RETENTION_MS) };
}
