/** What of an event tells how it is answered: those of API Gateway, function URLs and load balancers have it. */
export interface HttpEvent {
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, unknown>> | null;
  readonly requestContext?: { readonly elb?: unknown };
}

/** Whether an event is a load balancer's. */
export function isFromLoadBalancer(event: HttpEvent): boolean {
  return event.requestContext?.elb !== undefined;
}

// RFC 9110, section 13.1
const PRECONDITIONS = new Set(['if-match', 'if-none-match', 'if-unmodified-since']);

/** Whether a request has a precondition. A load balancer may send the headers in `multiValueHeaders` only. */
export function isConditional(event: HttpEvent): boolean {
  const names = Object.keys(event.headers ?? event.multiValueHeaders ?? {});
  return names.some((name) => PRECONDITIONS.has(name.toLowerCase()));
}
