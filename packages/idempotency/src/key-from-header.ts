/** An HTTP event, of API Gateway, a function URL or a load balancer. */
export interface HeadersEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined;
}

/**
 * Makes a `key` of a header, whatever its case.
 *
 * @param name the header's name. Default `idempotency-key`.
 *
 * @example
 * import { idempotency, keyFromHeader } from '@tabletheory/idempotency';
 *
 * export const once = idempotency({ key: keyFromHeader() });
 */
export function keyFromHeader(name = 'idempotency-key'): (event: HeadersEvent) => string | undefined {
  const wanted = name.toLowerCase();
  return ({ headers }) => {
    for (const [header, value] of Object.entries(headers ?? {})) {
      if (header.toLowerCase() === wanted) return value;
    }
    return undefined;
  };
}
