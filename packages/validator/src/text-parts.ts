import { InputError } from './input-error.ts';

type Values = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The parts of an HTTP event that are text: API Gateway's formats 1.0 and 2.0, function URLs and load balancers. */
interface TextEvent {
  readonly pathParameters?: Values | null;
  readonly queryStringParameters?: Values | null;
  readonly multiValueQueryStringParameters?: Values | null;
  readonly rawQueryString?: string;
  readonly headers?: Values | null;
  readonly multiValueHeaders?: Values | null;
  readonly requestContext?: { readonly elb?: unknown } | null;
}

/** The path parameters, by the names of the route's placeholders. */
export function pathOf(event: unknown): Record<string, string> {
  const { pathParameters } = (event ?? {}) as TextEvent;
  return Object.fromEntries(entriesOf(pathParameters, 'path'));
}

/**
 * The decoded query string. A parameter given several times is a list, in the caller's order.
 *
 * @throws InputError 400 for a name that could change prototypes.
 */
export function queryOf(event: unknown): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of queryPairs((event ?? {}) as TextEvent)) {
    refuseForbidden(name, 'query string');
    const earlier = Object.hasOwn(query, name) ? query[name] : undefined;
    if (earlier === undefined) query[name] = value;
    else if (typeof earlier === 'string') query[name] = [earlier, value];
    else earlier.push(value);
  }
  return query;
}

function queryPairs(event: TextEvent): Iterable<[name: string, value: string]> {
  // Format 2.0 joins the values of one name by commas, which values may contain: only the raw string is clear.
  if (event.rawQueryString) return new URLSearchParams(event.rawQueryString);
  const values = { ...event.queryStringParameters, ...event.multiValueQueryStringParameters };
  const pairs = entriesOf(values, 'query string');
  // A load balancer does not decode names and values:
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
  if (event.requestContext?.elb === undefined) return pairs;
  return new URLSearchParams(pairs.map(([name, value]) => `${name}=${value}`).join('&'));
}

/**
 * The headers by name in lower case. Several values of one name are joined by commas, as RFC 9110 section 5.3 has it.
 *
 * @throws InputError 400 for a name that could change prototypes.
 */
export function headersOf(event: unknown): Record<string, string> {
  const { headers, multiValueHeaders } = (event ?? {}) as TextEvent;
  const byName: Record<string, string> = {};
  for (const [name, values] of Object.entries({ ...headers, ...multiValueHeaders })) {
    if (values === undefined) continue;
    const lowerCase = name.toLowerCase();
    refuseForbidden(lowerCase, 'headers');
    byName[lowerCase] = typeof values === 'string' ? values : values.join(', ');
  }
  return byName;
}

function entriesOf(values: Values | null | undefined, where: string): [name: string, value: string][] {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(values ?? {})) {
    refuseForbidden(name, where);
    if (typeof value === 'object') for (const one of value) entries.push([name, one]);
    else if (value !== undefined) entries.push([name, value]);
  }
  return entries;
}

/** Refuses what parsers of nested names (`a[b]`, `a.b`) further on would follow into a prototype. */
function refuseForbidden(name: string, where: string): void {
  const segments = name.split(/[.[\]]+/);
  const forbidden = segments.some(
    (segment, i) => segment === '__proto__' || (segment === 'constructor' && segments[i + 1] === 'prototype'),
  );
  if (forbidden) throw new InputError(400, `Forbidden name in the ${where}`);
}
