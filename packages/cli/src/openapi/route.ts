import { UsageError } from '../command.ts';
import { logicalId } from '../logical-id.ts';
import type { ApiConfig, ApiRoute, ParameterSchema } from './api-config.ts';

/** A route with its name taken apart. */
export interface Route extends Omit<ApiRoute, 'path'> {
  /** The name of the route at API Gateway. */
  readonly key: string;
  /** `GET`, …, `ANY`; `undefined` for `$default`. */
  readonly method: string | undefined;
  readonly path: string;
  readonly pathSchema: ParameterSchema | undefined;
  /** The names of the placeholders of the path; a last `+` is left out. */
  readonly placeholders: readonly string[];
  readonly operationId: string;
}

const KEY = /^(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|ANY) (\/\S*)$/;
const PLACEHOLDER = /^\{([\w.-]+)\+?\}$/;

/**
 * The routes of an API.
 *
 * @throws UsageError when a name is none of a route, or what a route has cannot be done.
 */
export function routesOf({ routes, type = 'http', cache }: ApiConfig): Route[] {
  const parsed = Object.entries(routes).map(([key, route]) => {
    const problem = (what: string): never => {
      throw new UsageError(`api.routes['${key}']: ${what}`);
    };
    const [, method, path = '/'] = KEY.exec(key) ?? [];
    if (method === undefined && key !== '$default') problem('a route is a method and a path, GET /orders/{orderId}.');
    if (key === '$default' && type === 'rest') problem('a REST API has no default route; use ANY /{proxy+}.');
    const segments = path.split('/').filter((segment) => segment !== '');
    const placeholders = segments.flatMap((segment) => PLACEHOLDER.exec(segment)?.[1] ?? []);
    if (route.cacheTtl !== undefined) {
      if (type === 'http') problem('an HTTP API keeps no responses. Leave cacheTtl out, or set api.type to rest.');
      if (cache === undefined) problem('cacheTtl needs api.cache, the cache.');
      if (method !== 'GET') problem('only responses to GET are kept.');
    }
    const operationId = route.operationId ?? nameOf(method, segments);
    return { ...route, key, method, path, pathSchema: route.path, placeholders, operationId };
  });
  if (cache !== undefined && type === 'http') throw new UsageError('api.cache: an HTTP API keeps no responses.');
  const ids = parsed.map(({ operationId }) => logicalId(operationId));
  const twice = parsed.find((_route, i) => ids.indexOf(ids[i] as string) !== i)?.operationId;
  if (twice === undefined) return parsed;
  throw new UsageError(`api.routes: two routes have the operationId ${twice}, but for punctuation. Name another.`);
}

/** `getOrdersByOrderId` of `GET /orders/{orderId}`. */
function nameOf(method = 'default', segments: readonly string[]): string {
  const words = segments.map((segment) => {
    const placeholder = PLACEHOLDER.exec(segment)?.[1];
    return placeholder === undefined ? segment : `by-${placeholder}`;
  });
  return `${method.toLowerCase()}${logicalId(...words)}`;
}
