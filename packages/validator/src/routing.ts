import { type AnyOptions, isByPart, schemaNames } from './options.ts';
import type { Definition, Plan } from './plan.ts';

// No route has this name.
const EVERY_REQUEST = '*';

/** The schemas of the options, by the route they are for. */
export function definitionsOf(options: AnyOptions): ReadonlyMap<string, Definition> {
  if (options.routes === undefined) return new Map([[EVERY_REQUEST, definitionOf(options, '')]]);
  return new Map(
    Object.entries(options.routes).map(([route, schemas]) => {
      const option = `routes["${route}"]`;
      return [route, isByPart(schemas) ? definitionOf(schemas, `${option}.`) : { body: { option, schema: schemas } }];
    }),
  );
}

function definitionOf(schemas: AnyOptions, prefix: string): Definition {
  const given = schemaNames.filter((name) => schemas[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, { option: prefix + name, schema: schemas[name] as object }]));
}

/** The plan of the route an event came by; `undefined` when none is named for it. */
export function planFor(plans: ReadonlyMap<string, Plan>, event: unknown): Plan | undefined {
  return (
    plans.get(EVERY_REQUEST) ??
    routesOf(event)
      .map((route) => plans.get(route))
      .find(Boolean)
  );
}

/** What an HTTP event tells of its route. */
interface RoutedEvent {
  readonly routeKey?: string;
  readonly rawPath?: string;
  readonly httpMethod?: string;
  readonly resource?: string;
  readonly path?: string;
  readonly requestContext?: { readonly http?: { readonly method?: string } } | null;
}

/**
 * The names of the route, the closer one first. API Gateway tells which it matched: `routeKey` in payload format 2.0,
 * method and resource in 1.0. Function URLs (always `$default`) and load balancers match none: there it is method and
 * path.
 */
function routesOf(event: unknown): string[] {
  const { routeKey, rawPath, httpMethod, resource, path, requestContext } = (event ?? {}) as RoutedEvent;
  if (routeKey === undefined) return [`${httpMethod} ${resource ?? path}`];
  return routeKey === '$default' ? [`${requestContext?.http?.method} ${rawPath}`, routeKey] : [routeKey];
}
