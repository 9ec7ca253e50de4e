import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import { type EncryptionContext, KmsKey, keyIdIn } from './kms-key.ts';
import { listen } from './port.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
const DATA_KEY_BYTES = 32;

/** Options of `startKms`. */
export interface KmsOptions {
  /** The port to listen on; without it, a free one. */
  readonly port?: number | undefined;
}

/** What a client of KMS needs to talk to the local one. */
export interface KmsClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A request the local KMS has answered. */
export interface KmsRequest {
  /** `GenerateDataKey` or `Decrypt`, or what else was asked for. */
  readonly operation: string;
  /** The ARN of the key, where it was found. */
  readonly keyArn: string | undefined;
  readonly encryptionContext: EncryptionContext;
  /** The name of the error it was answered with. */
  readonly error: string | undefined;
}

/** A KMS that runs. */
export interface LocalKms extends AsyncDisposable {
  /** The URL, for `AWS_ENDPOINT_URL_KMS`. */
  readonly endpoint: string;
  readonly port: number;
  /** For `new KMS(kms.clientConfig)` of `@aws-sdk/client-kms`. */
  readonly clientConfig: KmsClientConfig;
  /** The requests answered, in order. */
  readonly requests: readonly KmsRequest[];
  /**
   * Creates a symmetric key.
   *
   * @param alias a name for it, for example `alias/orders`.
   * @returns the key's ARN.
   */
  createKey(alias?: string): string;
  /** Disables a key, or enables it again. */
  setEnabled(keyId: string, enabled: boolean): void;
  /** Answers every request with this error, for example `AccessDeniedException`; without a name, no longer. */
  refuse(error?: string): void;
  /** Closes the server and its connections. */
  stop(): Promise<void>;
}

/**
 * Starts a KMS on 127.0.0.1 with real AES-256 keys, in memory: they are gone when it stops. It knows the operations
 * that envelope encryption needs, `GenerateDataKey` and `Decrypt`, with encryption contexts.
 *
 * @throws PortInUseError when `port` is taken.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
 * @example
 * const kms = await startKms();
 * const keyId = kms.createKey('alias/orders');
 * process.env.AWS_ENDPOINT_URL_KMS = kms.endpoint;
 * // write and read encrypted attributes, then:
 * await kms.stop();
 */
export async function startKms(options: KmsOptions = {}): Promise<LocalKms> {
  const keys = new Map<string, KmsKey>();
  const requests: KmsRequest[] = [];
  let refused: string | undefined;
  const server = createServer(async (request, response) => {
    const operation = operationOf(request);
    const input = await inputOf(request);
    const encryptionContext = input.EncryptionContext ?? {};
    let key: KmsKey | undefined;
    let error: string | undefined;
    try {
      if (refused !== undefined) throw new KmsError(refused);
      key = keyFor(operation, input, keys);
      send(response, 200, answer(operation, input, key));
    } catch (thrown) {
      if (!(thrown instanceof KmsError)) throw thrown;
      error = thrown.name;
      send(response, 400, { __type: error, message: `${operation} was refused` });
    }
    requests.push({ operation, keyArn: key?.arn, encryptionContext, error });
  });
  const port = await listen(server, options.port ?? 0);
  const endpoint = `http://127.0.0.1:${port}`;
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return stopped;
  };
  return {
    endpoint,
    port,
    clientConfig: { endpoint, region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
    requests,
    createKey: (alias) => {
      const id = randomUUID();
      const key = new KmsKey(id, `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`);
      for (const name of [id, key.arn, ...(alias === undefined ? [] : [alias])]) keys.set(name, key);
      return key.arn;
    },
    setEnabled: (keyId, enabled) => {
      const key = keys.get(keyId);
      if (key === undefined) throw new RangeError(`The local KMS has no key ${keyId}`);
      key.enabled = enabled;
    },
    refuse: (error) => {
      refused = error;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** What KMS refuses a request with; its name is the error's code. */
class KmsError extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

interface KmsInput {
  readonly KeyId?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: EncryptionContext;
}

function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).replace('TrentService.', '');
}

async function inputOf(request: IncomingMessage): Promise<KmsInput> {
  const body = await readBody(request);
  try {
    return JSON.parse(String(body)) as KmsInput;
  } catch {
    return {};
  }
}

function keyFor(operation: string, input: KmsInput, keys: ReadonlyMap<string, KmsKey>): KmsKey {
  const key = keys.get(operation === 'Decrypt' ? keyIdIn(blobIn(input)) : (input.KeyId ?? ''));
  if (key === undefined)
    throw new KmsError(operation === 'Decrypt' ? 'InvalidCiphertextException' : 'NotFoundException');
  if (!key.enabled) throw new KmsError('DisabledException');
  return key;
}

function answer(operation: string, input: KmsInput, key: KmsKey): object {
  const { EncryptionContext: context = {} } = input;
  switch (operation) {
    case 'GenerateDataKey': {
      const dataKey = randomBytes(DATA_KEY_BYTES);
      const encrypted = key.encrypt(dataKey, context);
      return { KeyId: key.arn, Plaintext: dataKey.toString('base64'), CiphertextBlob: encrypted.toString('base64') };
    }
    case 'Decrypt':
      return {
        KeyId: key.arn,
        Plaintext: decrypted(key, blobIn(input), context).toString('base64'),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    default:
      throw new KmsError('UnknownOperationException');
  }
}

function decrypted(key: KmsKey, blob: Buffer, context: EncryptionContext): Buffer {
  try {
    return key.decrypt(blob, context);
  } catch {
    throw new KmsError('InvalidCiphertextException');
  }
}

function blobIn({ CiphertextBlob = '' }: KmsInput): Buffer {
  return Buffer.from(CiphertextBlob, 'base64');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}
