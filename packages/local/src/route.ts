/** One of an API's routes. */
export interface Route {
  /** As it was written, for example `GET /orders/{orderId}`, or `$default`. */
  readonly key: string;
  /** Its path, for example `/orders/{orderId}`; `undefined` for `$default`. */
  readonly path: string | undefined;
}

/** A route that fits a request. */
export interface RouteMatch {
  readonly route: Route;
  /** The values of its path variables, still percent-encoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route for a method and a percent-encoded path. */
export type Router = (method: string, path: string) => RouteMatch | undefined;

interface CompiledRoute extends Route {
  readonly method: string;
  readonly segments: readonly string[];
  /** Sorts the more specific route first. */
  readonly rank: string;
}

const ROUTE = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY) (\/\S*)$/;
const VARIABLE = /^\{([^{}+]+)\}$/;
const GREEDY = /^\{([^{}+]+)\+\}$/;

/**
 * Makes a router. A literal segment wins over a variable, a variable over a greedy one (`{proxy+}`), a method over
 * `ANY`, and everything over `$default`.
 *
 * @throws TypeError when a route is not `METHOD /path` or `$default`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function createRouter(routes: readonly string[]): Router {
  const compiled = routes.map(compile).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const route of compiled) {
      if (route.method !== 'ANY' && route.method !== method) continue;
      const parameters = matchSegments(route, segments);
      if (parameters !== undefined) return { route, parameters };
    }
    return undefined;
  };
}

function compile(key: string): CompiledRoute {
  if (key === '$default') return { key, path: undefined, method: 'ANY', segments: ['{+}'], rank: '9' };
  const [, method, path] = ROUTE.exec(key) ?? [];
  const segments = path?.split('/').slice(1) ?? [];
  const greedy = segments.findIndex((segment) => GREEDY.test(segment));
  const malformed = segments.some(
    (segment) => /[{}]/.test(segment) && !VARIABLE.test(segment) && !GREEDY.test(segment),
  );
  if (method === undefined || path === undefined || malformed || (greedy !== -1 && greedy < segments.length - 1)) {
    throw new TypeError(`startGateway: route ${key} must be like GET /orders/{orderId}, ANY /{proxy+} or $default`);
  }
  const rank = segments.map((segment) => (GREEDY.test(segment) ? '2' : VARIABLE.test(segment) ? '1' : '0')).join('');
  return { key, path, method, segments, rank: `${rank} ${method === 'ANY' ? 1 : 0}` };
}

function matchSegments(route: CompiledRoute, segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  if (route.path === undefined) return parameters;
  for (const [i, pattern] of route.segments.entries()) {
    const segment = segments[i];
    if (segment === undefined) return undefined;
    const greedy = GREEDY.exec(pattern)?.[1];
    if (greedy !== undefined) {
      const rest = segments.slice(i).join('/');
      if (rest === '') return undefined;
      parameters[greedy] = rest;
      return parameters;
    }
    const variable = VARIABLE.exec(pattern)?.[1];
    if (variable !== undefined) {
      if (segment === '') return undefined;
      parameters[variable] = segment;
    } else if (segment !== pattern) return undefined;
  }
  return segments.length === route.segments.length ? parameters : undefined;
}
