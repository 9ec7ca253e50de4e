/**
 * Starts to measure time, and gives what tells the milliseconds since then. Of two clocks the one that has gone further
 * counts: the monotonic one may stand still while Lambda has frozen the environment, and the other one may be set back.
 */
export function startMeasuring(): () => number {
  const wall = Date.now();
  const monotonic = performance.now();
  return () => Math.max(Date.now() - wall, performance.now() - monotonic);
}
