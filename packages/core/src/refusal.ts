import { Readable } from 'node:stream';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { StoredItem } from './codec/item-codec.ts';
import { fromStreamImage, type StreamImage } from './stream-value.ts';

/** The place behind the SDK's reader of answers: it gives the reader what it gets. */
export const REFUSAL_PLACE = { name: 'readableRefusal', step: 'deserialize', priority: 'low' } as const;

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: unknown;
}

type Next = (args: any) => Promise<any>;

/**
 * Reads the refusals that the SDK cannot. Where an item has a map with the key `__proto__`, its reader of errors loses
 * the value and fails over that, and what it throws does not tell what DynamoDB refused.
 */
export function readRefusal(next: Next): Next {
  return async (args) => {
    const answer = await next(args);
    const response: Response = answer.response;
    if (response.statusCode !== 400 || !(response.body instanceof Readable)) return answer;
    const body = await collect(response.body, response.statusCode);
    const refusal = body.includes('"__proto__"') ? refusalIn(body, response) : undefined;
    if (refusal !== undefined) throw refusal;
    response.body = Readable.from([body]); // read once: what it held does not stay with the error
    return answer;
  };
}

async function collect(body: Readable, httpStatusCode: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of body) parts.push(part);
  } catch (error) {
    // An answer that breaks off is a refusal all the same: its status says so.
    throw Object.assign(error as object, { $metadata: { httpStatusCode } });
  }
  return Buffer.concat(parts);
}

/** A refusal in DynamoDB's own form. */
interface Refused {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
  readonly Item?: StreamImage | null;
  readonly CancellationReasons?: readonly { readonly Code?: string; readonly Item?: StreamImage | null }[];
}

/** What the SDK would throw, where the refusal is of a kind that holds items; damaged ones are left to the SDK. */
function refusalIn(body: Buffer, response: Response): Error | undefined {
  const { statusCode, headers } = response;
  const { 'x-amzn-requestid': requestId = '' } = headers;
  const $metadata = { httpStatusCode: statusCode, requestId };
  try {
    const {
      __type = '',
      Message = '',
      message = Message,
      Item,
      CancellationReasons = [],
    }: Refused = JSON.parse(body.toString());
    const exception = __type.endsWith('#ConditionalCheckFailedException')
      ? new ConditionalCheckFailedException({ message, $metadata, ...itemIn(Item) })
      : __type.endsWith('#TransactionCanceledException')
        ? new TransactionCanceledException({
            message,
            $metadata,
            CancellationReasons: CancellationReasons.map(({ Item, ...reason }) => ({ ...reason, ...itemIn(Item) })),
          })
        : undefined;
    return exception && Object.defineProperty(exception, '$response', { value: response, enumerable: false });
  } catch {
    return undefined;
  }
}

function itemIn(image: StreamImage | null | undefined): { Item?: StoredItem } {
  return image == null ? {} : { Item: fromStreamImage(image) };
}
