import type { StoredItem } from './codec/attribute-value.ts';
import { isForeign, readItem } from './codec/item-codec.ts';
import { partsOf, readKeyPart } from './codec/key-codec.ts';
import { readField, storedIn } from './codec/object-codec.ts';
import { setOwn } from './codec/plain-object.ts';
import { CodecProblem, type Problem } from './codec/problem.ts';
import { type CompiledModel, compileModel } from './compiled-model.ts';
import { encryptionFor } from './encryption/encryption-for.ts';
import type { EncryptionOptions } from './encryption/encryption-options.ts';
import { awsKms } from './encryption/kms.ts';
import { type Decrypting, openStored } from './encryption/open-stored.ts';
import type { AnyModel, Item, Key } from './model.ts';
import { plainProblem } from './read-result.ts';
import { checkedImage, type StreamImage } from './stream-value.ts';
import { tableInArn, tableNameOf } from './table-name.ts';
import type { Models } from './table-types.ts';

/** Which images of a changed item a stream holds. */
export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/**
 * A record of a DynamoDB stream as Lambda passes it on; the `DynamoDBRecord` of `@types/aws-lambda` is one.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export interface StreamRecord {
  readonly eventID?: string | undefined;
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE' | undefined;
  readonly eventSourceARN?: string | undefined;
  readonly userIdentity?: any;
  readonly dynamodb?:
    | {
        /** Seconds since 1970. */
        readonly ApproximateCreationDateTime?: number | undefined;
        readonly Keys?: StreamImage | undefined;
        readonly NewImage?: StreamImage | undefined;
        readonly OldImage?: StreamImage | undefined;
        readonly SequenceNumber?: string | undefined;
      }
    | undefined;
}

/** What every change tells beside its items. */
interface ChangeDetails {
  /** DynamoDB's number of the record: `itemIdentifier` where a failed record is reported. */
  readonly sequenceNumber: string;
  /** When the item was changed, to the second. */
  readonly changedAt: Date | undefined;
  /**
   * Whether the item was deleted because its time to live was over. Never in the replicas of a global table, where
   * DynamoDB does not tell.
   */
  readonly expired: boolean;
  /** The record itself. */
  readonly record: StreamRecord;
}

type OldImage<View, Item> = View extends 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' ? Item : undefined;
type NewImage<View, Item> = View extends 'NEW_IMAGE' | 'NEW_AND_OLD_IMAGES' ? Item : undefined;

/** An item that is new. */
export interface InsertedItem<Name, M extends AnyModel, View> extends ChangeDetails {
  readonly eventName: 'INSERT';
  /** The model, by its name among the reader's models. */
  readonly model: Name;
  readonly keys: Key<M>;
  readonly oldItem: undefined;
  readonly newItem: NewImage<View, Item<M>>;
}

/** An item that was replaced or updated. */
export interface ModifiedItem<Name, M extends AnyModel, View> extends ChangeDetails {
  readonly eventName: 'MODIFY';
  /** The model, by its name among the reader's models. */
  readonly model: Name;
  readonly keys: Key<M>;
  readonly oldItem: OldImage<View, Item<M>>;
  readonly newItem: NewImage<View, Item<M>>;
}

/** An item that was deleted, or has expired. */
export interface RemovedItem<Name, M extends AnyModel, View> extends ChangeDetails {
  readonly eventName: 'REMOVE';
  /** The model, by its name among the reader's models. */
  readonly model: Name;
  readonly keys: Key<M>;
  readonly oldItem: OldImage<View, Item<M>>;
  readonly newItem: undefined;
}

/** Why a record could not be read as a change of one model's items. It never holds values. */
export interface StreamProblem extends Problem {
  /** The model, by its name among the reader's models; `undefined` when the record itself is malformed. */
  readonly model: string | undefined;
}

/** A record that is no change of any model's items. */
export interface UnreadRecord {
  readonly model: undefined;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE' | undefined;
  /** What did not fit; empty when the row is simply of no model. Paths begin with `Keys`, `OldImage` or `NewImage`. */
  readonly problems: readonly StreamProblem[];
  readonly sequenceNumber: string | undefined;
  readonly record: StreamRecord;
}

/** One stream record, read: tell the kinds apart by `model` and `eventName`. */
export type StreamChange<M extends Models, View extends StreamView = 'NEW_AND_OLD_IMAGES'> =
  | {
      [Name in keyof M]:
        | InsertedItem<Name, M[Name], View>
        | ModifiedItem<Name, M[Name], View>
        | RemovedItem<Name, M[Name], View>;
    }[keyof M]
  | UnreadRecord;

/** What `createStreamReader` takes. */
export interface StreamReaderOptions<M extends Models, View extends StreamView> {
  /** The models whose items are in the stream, by the names changes tell them by. */
  readonly models: M;
  /** The stream's view type, which says which items a change has. Default `NEW_AND_OLD_IMAGES`. */
  readonly view?: View | undefined;
}

/** What `createStreamReader` takes for models with encrypted attributes. */
export interface DecryptingStreamReaderOptions<M extends Models, View extends StreamView>
  extends StreamReaderOptions<M, View> {
  /** How the attributes are encrypted, as `createTables` takes it. Without a `kms`, the environment's credentials ask. */
  readonly encryption: EncryptionOptions;
}

/** Reads stream records whose models have encrypted attributes; waiting for KMS ends with the signal. */
export type DecryptingStreamReader<M extends Models, View extends StreamView> = (
  record: StreamRecord,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<StreamChange<M, View>>;

/**
 * A function that reads the records of DynamoDB streams as typed items of the right model.
 *
 * The model is one whose table the record's `eventSourceARN` names (any, without such an ARN) and whose key the
 * record's key is. Where several fit, as with plain keys in a shared table, it is the first whose items can be read.
 * The function throws for no record: what cannot be read says why.
 *
 * With the option `encryption` it returns promises, of changes with every encrypted attribute decrypted. They reject
 * with a DataKeyUnavailableError or DeadlineExceededError where KMS could not be asked.
 *
 * @throws TypeError when a model cannot be compiled, or has encrypted attributes and there is no `encryption`.
 *
 * @example
 * const readRecord = createStreamReader({ models: { orders: Order, customers: Customer } });
 * export async function handler(event: DynamoDBStreamEvent) {
 *   for (const record of event.Records) {
 *     const change = readRecord(record);
 *     if (change.model === 'orders' && change.eventName === 'INSERT') console.log(change.newItem.total);
 *   }
 * }
 */
export function createStreamReader<const M extends Models, const View extends StreamView = 'NEW_AND_OLD_IMAGES'>(
  options: DecryptingStreamReaderOptions<M, View>,
): DecryptingStreamReader<M, View>;
export function createStreamReader<const M extends Models, const View extends StreamView = 'NEW_AND_OLD_IMAGES'>(
  options: StreamReaderOptions<M, View>,
): (record: StreamRecord) => StreamChange<M, View>;
export function createStreamReader(
  options: StreamReaderOptions<Models, StreamView> & { readonly encryption?: EncryptionOptions },
): (record: StreamRecord, options?: { readonly signal?: AbortSignal | undefined }) => object {
  const { models, view = 'NEW_AND_OLD_IMAGES' } = options;
  const compiled = Object.entries(models).map(([name, model]) => ({ name, model: compileModel(model as AnyModel) }));
  const encryption = encryptionFor(
    'createStreamReader',
    compiled.map(({ model }) => model),
    options.encryption,
    awsKms,
    {},
  );
  if (encryption === undefined) return (record) => readStreamRecord(compiled, view, record);
  return async (record, { signal } = {}) => {
    const opened = await openImages({ encryption, binding: { signal } }, compiled, view, record);
    return readStreamRecord(compiled, view, record, opened);
  };
}

interface NamedModel {
  readonly name: string;
  readonly model: CompiledModel;
}

const EVENTS = ['INSERT', 'MODIFY', 'REMOVE'];

/** @param opened the images as a model with encrypted attributes reads them. */
function readStreamRecord(
  models: readonly NamedModel[],
  view: StreamView,
  record: StreamRecord,
  opened?: ReadonlyMap<CompiledModel, Images>,
): object {
  const { eventName, userIdentity, dynamodb } = record ?? {};
  const { SequenceNumber: sequenceNumber, ApproximateCreationDateTime: seconds } = dynamodb ?? {};
  const problems: StreamProblem[] = [];
  const attempt = <T>(model: string | undefined, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CodecProblem)) throw error;
      problems.push({ ...plainProblem(error), model });
      return undefined;
    }
  };
  const images = attempt(undefined, () => imagesOf(record, view));
  if (images !== undefined) {
    for (const { name, model } of models) {
      if (!mayBeOf(model, record, images)) continue;
      const items = attempt(name, () => readImages(model, opened?.get(model) ?? images));
      if (items === undefined) continue;
      const changedAt = typeof seconds === 'number' ? new Date(seconds * 1000) : undefined;
      // Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
      const expired = eventName === 'REMOVE' && userIdentity?.principalId === 'dynamodb.amazonaws.com';
      return { eventName, model: name, ...items, sequenceNumber, changedAt, expired, record };
    }
  }
  return { eventName, model: undefined, problems, sequenceNumber, record };
}

function mayBeOf(model: CompiledModel, { eventSourceARN }: StreamRecord, { Keys }: Images): boolean {
  const table = tableInArn(eventSourceARN);
  return (table === undefined || tableNameOf(model.table) === table) && !isForeign(model, Keys);
}

/** The images with their encrypted attributes opened, for each model they may be of. */
async function openImages(
  connection: Decrypting,
  models: readonly NamedModel[],
  view: StreamView,
  record: StreamRecord,
): Promise<Map<CompiledModel, Images>> {
  const opened = new Map<CompiledModel, Images>();
  let images: Images;
  try {
    images = imagesOf(record, view);
  } catch {
    return opened; // reading it says why
  }
  for (const { model } of models) {
    if (model.encrypted.length === 0 || !mayBeOf(model, record, images)) continue;
    const open = async (image: StoredItem | undefined) => image && openStored(connection, model, image, 'GetRecords');
    const [OldImage, NewImage] = await Promise.all([open(images.OldImage), open(images.NewImage)]);
    opened.set(model, { ...images, OldImage, NewImage });
  }
  return opened;
}

interface Images {
  readonly Keys: StoredItem;
  readonly OldImage: StoredItem | undefined;
  readonly NewImage: StoredItem | undefined;
}

/** The record's images, those of them its event and the stream's view have. */
function imagesOf(record: StreamRecord, view: StreamView): Images {
  const { eventName, dynamodb } = record ?? {};
  if (eventName === undefined || !EVENTS.includes(eventName)) {
    throw new CodecProblem('enum', `must be one of ${EVENTS.join(', ')}`).within('eventName');
  }
  if (typeof dynamodb?.SequenceNumber !== 'string') {
    throw new CodecProblem('required', 'is missing').within('SequenceNumber');
  }
  const image = (name: keyof Images, stands: boolean): StoredItem | undefined =>
    stands ? within(name, () => imageOf(dynamodb[name])) : undefined;
  const both = view === 'NEW_AND_OLD_IMAGES';
  return {
    Keys: image('Keys', true) as StoredItem,
    OldImage: image('OldImage', eventName !== 'INSERT' && (both || view === 'OLD_IMAGE')),
    NewImage: image('NewImage', eventName !== 'REMOVE' && (both || view === 'NEW_IMAGE')),
  };
}

function imageOf(image: StreamImage | undefined): StoredItem {
  if (image === undefined) throw new CodecProblem('required', 'is not in the record: the stream has another view type');
  return checkedImage(image);
}

function readImages(model: CompiledModel, { Keys, OldImage, NewImage }: Images): object {
  return {
    keys: within('Keys', () => readStreamKey(model, Keys)),
    oldItem: OldImage && within('OldImage', () => readItem(model, OldImage)),
    newItem: NewImage && within('NewImage', () => readItem(model, NewImage)),
  };
}

function within<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CodecProblem ? error.within(place) : error;
  }
}

/** A model's key, read from what is stored under the names of the table's key. */
function readStreamKey(model: CompiledModel, stored: StoredItem): object {
  const key: Record<string, unknown> = {};
  for (const part of partsOf(model.key)) {
    const values =
      part.template === undefined
        ? part.fields.map((field) => within(field.property, () => readField(field, storedIn(stored, field), false)))
        : readKeyPart(part, stored);
    if (values === undefined) throw new CodecProblem('required', 'is missing').within(part.names[0] as string);
    for (const [i, field] of part.fields.entries()) setOwn(key, field.property, values[i]);
  }
  return key;
}
