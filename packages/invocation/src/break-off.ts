import type { Invocation, MiddyRequest } from './invocation.ts';

const WATCH = Symbol('@tabletheory/invocation break-off');

/** What stands behind the accessors of one request. */
interface Watch {
  readonly invocation: Invocation;
  response: unknown;
  error: unknown;
  handlerRan: boolean;
}

/**
 * Middy skips every remaining hook in two cases: when a hook returns a value (an early response), and when an
 * `onError` hook throws. In both its last act is to assign to the request: `request.response` while
 * `request.earlyResponse` exists, or `request.error` for the second time. Accessors on these two properties notice,
 * so clean-up does not depend on the application having installed `invocationPlugin`.
 */
export function endWhenMiddyBreaksOff(request: MiddyRequest, invocation: Invocation): void {
  const { response, error } = request;
  const watch: Watch = { invocation, response, error, handlerRan: false };
  (request.internal as Record<symbol, Watch>)[WATCH] = watch;
  // One pair of accessors for all requests takes half the time (1.0 µs) that closures for each would.
  Object.defineProperty(request, 'response', responseAccessor);
  Object.defineProperty(request, 'error', errorAccessor);
}

function watchOf(request: MiddyRequest): Watch {
  return (request.internal as Record<symbol, Watch>)[WATCH] as Watch;
}

const responseAccessor: PropertyDescriptor & ThisType<MiddyRequest> = {
  enumerable: true,
  configurable: true,
  get() {
    return watchOf(this).response;
  },
  set(value) {
    const watch = watchOf(this);
    const { invocation, error } = watch;
    watch.response = value;
    const isEarlyResponse = Object.hasOwn(this, 'earlyResponse') && value === this.earlyResponse;
    if (!isEarlyResponse) {
      watch.handlerRan = true;
    } else if (error != null) {
      void invocation.end({ outcome: 'error', error, response: value });
    } else {
      void invocation.end({ outcome: watch.handlerRan ? 'success' : 'early', response: value });
    }
  },
};

const errorAccessor: PropertyDescriptor & ThisType<MiddyRequest> = {
  enumerable: true,
  configurable: true,
  get() {
    return watchOf(this).error;
  },
  set(error) {
    const watch = watchOf(this);
    const previous = watch.error;
    watch.error = error;
    if (previous != null && wasThrownInOnError(error, previous)) void watch.invocation.end({ outcome: 'error', error });
  },
};

/**
 * Tells an error Middy caught from an `onError` hook from one such a hook put in place of the first, which ends
 * nothing. Middy marks a new error with `originalError`, keeps one that was thrown again, and cannot mark a primitive.
 */
function wasThrownInOnError(value: unknown, previous: unknown): boolean {
  if (value === previous) return true;
  if (typeof value !== 'object' || value === null) return value != null;
  return 'originalError' in value && value.originalError === previous;
}
