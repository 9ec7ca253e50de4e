import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A child process whose output is read. */
export type Child = ChildProcessByStdio<null, Readable, Readable>;

// The children of this process, each with its watchdog. Not of a request: the exit listener needs them all.
const running = new Map<Child, ChildProcess | undefined>();

function killRunning(): void {
  for (const child of running.keys()) child.kill('SIGKILL');
}

/** Starts a process that cannot outlive this one, however this one ends. */
export function spawnChild(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Child {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  if (child.pid === undefined) return child; // It could not be started; the caller hears of it from its `error` event.
  if (running.size === 0) process.on('exit', killRunning);
  const watchdog = watch(child.pid);
  running.set(child, watchdog);
  child.once('exit', () => {
    watchdog?.kill('SIGKILL');
    running.delete(child);
    if (running.size === 0) process.off('exit', killRunning);
  });
  return child;
}

/**
 * A process killed by a signal emits no `exit`, and a listener for SIGINT or SIGTERM would change what these do to
 * the user's program. So a shell waits for the end of a pipe whose other end closes with this process, even on
 * SIGKILL, and kills the child then.
 */
function watch(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "$1"', 'watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // Ctrl-C in a terminal reaches the whole group, and must not reach the watchdog.
  });
  watchdog.on('error', ignore); // Without a shell the `exit` listener is what remains.
  watchdog.stdin?.on('error', ignore);
  watchdog.unref();
  (watchdog.stdin as (typeof watchdog.stdin & { unref?: () => void }) | null)?.unref?.();
  return watchdog;
}

function ignore(): void {}

/** Ends a child and waits until it is gone: SIGTERM first, SIGKILL after `graceMs` milliseconds; 0 kills at once. */
export async function endChild(child: Child, graceMs: number): Promise<void> {
  if (hasEnded(child)) return;
  const watchdog = running.get(child);
  watchdog?.ref(); // Waited for below: the event loop must not end before it does.
  const gone = Promise.all([untilEnd(child), watchdog && untilEnd(watchdog)]);
  child.kill(graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function untilEnd(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child)) resolve();
    else child.once('exit', () => resolve());
  });
}
