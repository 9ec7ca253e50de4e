import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { orders, stored, TABLE } from './orders.ts';

/** Prepared answers by operation, as DynamoDB sends them: headers, and the body's bytes. */
export type Answers = Readonly<Record<string, Answer>>;

export interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** @param further attributes that a library stores with each item, and needs in order to know it again. */
export function answers(further: object = {}): Answers {
  const rows = orders(100).map((order) => stored(order, further));
  return {
    GetItem: answer({ Item: rows[0] }),
    PutItem: answer({}),
    Query: answer({ Count: rows.length, Items: rows, ScannedCount: rows.length }),
    BatchWriteItem: answer({ UnprocessedItems: {} }),
  };
}

export function answer(content: object): Answer {
  const body = Buffer.from(JSON.stringify(content));
  return {
    headers: {
      server: 'Server',
      date: new Date().toUTCString(),
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(body.length),
      connection: 'keep-alive',
      'x-amzn-requestid': 'B8H6M0V3V7N0UHT1S5GKJQ2QHBVV4KQNSO5AEMVJF66Q9ASUAAJG',
      'x-amz-crc32': String(crc32(body)),
    },
    body,
  };
}

const TARGET_PREFIX = 'DynamoDB_20120810.';

export const operationOf = (headers: Readonly<Record<string, unknown>>): string => {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'x-amz-target') as string;
  return String(headers[name]).slice(TARGET_PREFIX.length);
};

/** What the SDK hands to its request handler. */
interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** In place of a request handler: answers at once with what is prepared. */
export class StubHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  /** The latest request's body. */
  lastBody: unknown;
  readonly #answers: Answers;
  readonly #bodyOf: (body: Buffer) => unknown;

  /** @param bodyOf gives the body in the form of the handler that is replaced. */
  constructor(answers: Answers, bodyOf: (body: Buffer) => unknown) {
    this.#answers = answers;
    this.#bodyOf = bodyOf;
  }

  async handle(request: SdkRequest): Promise<{ response: SdkResponse }> {
    this.lastBody = request.body;
    const operation = (request.headers['x-amz-target'] as string).slice(TARGET_PREFIX.length);
    const { headers, body } = this.answerTo(operation, request.body);
    return { response: { statusCode: 200, headers: { ...headers }, body: this.#bodyOf(body) } };
  }

  protected answerTo(operation: string, _body: unknown): Answer {
    return this.#answers[operation] as Answer;
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }

  destroy(): void {}
}

/** A response as the SDK's own handler gives it: a stream, here of one chunk. */
export class BodyStream extends Readable {
  readonly #body: Buffer;

  constructor(body: Buffer) {
    super();
    this.#body = body;
  }

  override _read(): void {
    this.push(this.#body);
    this.push(null);
  }
}

export const asStream = (body: Buffer): BodyStream => new BodyStream(body);
export const asBytes = (body: Buffer): Buffer => body;

const ATTRIBUTES = new Set(Object.keys(orders(1)[0] as object));

/** The orders that a write's body holds, without what a library adds to them. */
export function writtenOrders(body: unknown): object[] {
  const { Item, RequestItems } = JSON.parse(
    typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array),
  );
  const items = Item ? [Item] : RequestItems[TABLE].map(({ PutRequest }: any) => PutRequest.Item);
  return items.map((item: any) => {
    const known = Object.entries(unmarshall(item)).filter(([name]) => ATTRIBUTES.has(name));
    return Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** What a subject's requests go to: nothing but prepared answers, or a server at a URL. */
export type Destination = { readonly stubbed: true } | { readonly endpoint: string };
