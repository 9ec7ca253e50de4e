/** What is written when the process is told to end. */
export interface Unwritten {
  release(): void;
  flush(): void;
}

// The buffers of running requests, each known to its own request otherwise. Weak: a request that never ends, as a
// suspended durable execution, must not be kept by this list.
const running = new Set<WeakRef<Unwritten>>();
const collected = new FinalizationRegistry<WeakRef<Unwritten>>((reference) => running.delete(reference));

/**
 * Has a buffer released when the process is told to end.
 *
 * @returns a function that ends this.
 */
export function releaseOnSigterm(buffer: Unwritten): () => void {
  const reference = new WeakRef(buffer);
  running.add(reference);
  collected.register(buffer, reference, reference);
  return () => {
    running.delete(reference);
    collected.unregister(reference);
  };
}

/**
 * Listens to SIGTERM, once per process. Lambda sends it before it shuts an environment down, to functions with an
 * extension: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
 */
export function listenToSigterm(): void {
  // First, as another listener may end the process, and one made with `once` is no longer listed after it has run.
  if (!process.listeners('SIGTERM').includes(onSigterm)) process.prependOnceListener('SIGTERM', onSigterm);
}

/** The listener. */
export function onSigterm(): void {
  for (const reference of running) {
    const buffer = reference.deref();
    buffer?.release();
    buffer?.flush();
  }
  // A listener keeps Node from ending the process. Without another one to do that, the signal takes its usual course.
  if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
}
