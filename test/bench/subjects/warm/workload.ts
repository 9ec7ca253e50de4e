import type { Workloads } from '../../measure/subject.ts';
import { context, event } from '../functions/event.ts';

let requests = 0;

/** One request after the other, each with an event and a context of its own, as the runtime makes them. */
export function requestWorkload(handler: (event: unknown, context: unknown) => Promise<unknown>): Workloads {
  const text = JSON.stringify(event);
  const run = () => {
    requests++;
    return handler(JSON.parse(text), context(`00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`));
  };
  // Headers say no more than the type of the content, and not all say it.
  return { request: { run, comparable: ({ statusCode, body }) => ({ statusCode, body }) } };
}
