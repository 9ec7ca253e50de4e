import { currentTraceHeader, type Invocation } from '@tabletheory/invocation';
import { watchOperations } from './operations-in-flight.ts';

// A line of a log is 256 KB at most, and the oldest operations tell the most.
const MOST_OPERATIONS = 20;

/**
 * What a request does when its deadline strikes: writes a warning with the table operations in flight, then lets the
 * siblings write what they hold.
 *
 * @returns what to call when the deadline strikes, with the milliseconds of the reserve.
 */
export function prepareLastGasp(invocation: Invocation): (reserve: number) => void {
  const operationsInFlight = watchOperations(invocation);
  const traced = invocation.traceHeader;
  return (reserve) => {
    // A request that Lambda has left behind, as a durable function that waits does, must not speak up in a later one:
    // each invocation has another parent, or root.
    const now = currentTraceHeader();
    if (now?.root !== traced?.root || now?.parent !== traced?.parent) return;
    const operations = operationsInFlight();
    try {
      invocation.log?.warn(
        { reserve_ms: reserve, in_flight: operations.length, operations: operations.slice(0, MOST_OPERATIONS) },
        'deadline reached',
      );
    } catch {
      // Called by a timer: what is thrown here would end the process.
    }
    invocation.strikeDeadline();
  };
}
