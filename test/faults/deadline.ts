import type { Random } from './random.ts';

/** What a call is bound to: `tables.$bind(binding)`. */
export interface Bound {
  readonly signal: AbortSignal;
  readonly remaining: () => number;
}

/** How a call ended, and how long after its deadline. */
export interface Ending {
  readonly result?: unknown;
  readonly error?: unknown;
  readonly overrun: Overrun;
}

/** Milliseconds between a deadline and the end of a call; 0 where the call ended first. */
export interface Overrun {
  /** By the clock. */
  readonly wall: number;
  /** In which the event loop ran or waited: without those in which the machine did something else. */
  readonly loop: number;
}

/** The most an operation may go on after its deadline, in milliseconds of event-loop time. */
export const MOST_OVERRUN = 25;

const NONE: Overrun = { wall: 0, loop: 0 };

/** Starts to measure; what it returns tells the time since. */
export function stopwatch(): () => Overrun {
  const times = (): Overrun => {
    const { user, system } = process.cpuUsage();
    return { wall: performance.now(), loop: performance.eventLoopUtilization().idle + (user + system) / 1000 };
  };
  const start = times();
  return () => {
    const now = times();
    const wall = now.wall - start.wall;
    return { wall, loop: Math.min(wall, now.loop - start.loop) };
  };
}

/**
 * Runs a call under a deadline. The deadline strikes when its timer fires, which a busy event loop delays: what counts
 * is how long the call goes on from there.
 */
export async function under(milliseconds: number, call: (bound: Bound) => Promise<unknown>): Promise<Ending> {
  const controller = new AbortController();
  const endsAt = performance.now() + milliseconds;
  let sinceStruck: (() => Overrun) | undefined;
  const timer = setTimeout(() => {
    sinceStruck = stopwatch();
    controller.abort(new Error('out of time'));
  }, milliseconds);
  const ended = (): Overrun => {
    clearTimeout(timer);
    return sinceStruck?.() ?? NONE;
  };
  return call({ signal: controller.signal, remaining: () => endsAt - performance.now() }).then(
    (result) => ({ result, overrun: ended() }),
    (error: unknown) => ({ error, overrun: ended() }),
  );
}

/** Some calls have a deadline: many that strike in the first request, a few between tries. */
export function drawDeadline(random: Random): number | undefined {
  return random.next() < 0.3 ? random.pick([1, 2, 4, 8, 16, 40]) * (0.5 + random.next()) : undefined;
}
