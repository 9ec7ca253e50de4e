import type { GatewayRequest } from './gateway-request.ts';
import type { GatewayResponse } from './gateway-response.ts';
import type { RouteMatch } from './route.ts';

/** One kind of API: its events, its responses, and what it answers when there is no response. */
export interface GatewayApi<Event> {
  /** Seconds it waits for the function. */
  readonly timeout: number;
  /** The routes of an API whose routes are not given: they take every request. */
  readonly defaultRoutes: readonly string[];
  /** The response header that names the request. */
  readonly requestIdHeader: string;
  readonly newRequestId: () => string;
  readonly event: (request: GatewayRequest, match: RouteMatch, requestId: string) => Event;
  /** @throws MalformedResponseError */
  readonly response: (result: unknown) => GatewayResponse;
  readonly badRequest: GatewayResponse;
  readonly notFound: GatewayResponse;
  readonly tooLarge: GatewayResponse;
  readonly functionFailed: GatewayResponse;
  readonly malformed: GatewayResponse;
  readonly timedOut: GatewayResponse;
}
