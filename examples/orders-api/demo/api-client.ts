/** A request to the API. */
export interface ApiRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
}

/** What an answer must be. */
export interface Expectation {
  readonly status: number;
  /** What must be true of the body, each said in words. */
  readonly body?: Readonly<Record<string, (body: any) => boolean>>;
}

/** A request that was sent, and what came of it. */
export interface Exchange {
  readonly name: string;
  readonly request: ApiRequest;
  readonly status: number;
  readonly durationMs: number;
  /** Parsed, where it is JSON. */
  readonly body: any;
  /** API Gateway's id of the request. */
  readonly gatewayRequestId: string | undefined;
  /** The expectations that were not met. */
  readonly failures: readonly string[];
}

/** Sends requests to the API and keeps what came of them. */
export class ApiClient {
  readonly exchanges: Exchange[] = [];
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Sends a request and checks the answer. */
  async send(name: string, request: ApiRequest, expected: Expectation): Promise<Exchange> {
    const { method, path, body: content, contentType = 'application/json' } = request;
    const startedAt = performance.now();
    const response = await fetch(`${this.#url}${path}`, {
      method,
      signal: AbortSignal.timeout(35_000),
      ...(content !== undefined && {
        headers: { 'content-type': contentType },
        body: typeof content === 'string' ? content : JSON.stringify(content),
      }),
    });
    const text = await response.text();
    const durationMs = performance.now() - startedAt;
    const body = parsed(text);
    const exchange = {
      name,
      request,
      status: response.status,
      durationMs,
      body,
      gatewayRequestId: response.headers.get('apigw-requestid') ?? undefined,
      failures: failuresOf(name, response.status, body, expected),
    };
    this.exchanges.push(exchange);
    return exchange;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function failuresOf(name: string, status: number, body: unknown, expected: Expectation): string[] {
  const failures: string[] = [];
  if (status !== expected.status) failures.push(`${name}: expected status ${expected.status}, got ${status}`);
  for (const [what, holds] of Object.entries(expected.body ?? {})) {
    if (!isTrue(holds, body)) failures.push(`${name}: expected that ${what}`);
  }
  return failures;
}

/** A body without the property a check looks into fails the check, not the demo. */
function isTrue(holds: (body: any) => boolean, body: unknown): boolean {
  try {
    return holds(body);
  } catch {
    return false;
  }
}
