import type { KMSClientConfig } from '@aws-sdk/client-kms';
import type { Credentials } from '../command/client.ts';

/** What a data key is bound to in KMS: it is decrypted with the same context only. It stands in CloudTrail's records. */
export type EncryptionContext = Record<string, string>;

/**
 * The two operations of AWS KMS that encryption needs; a `KMS` of `@aws-sdk/client-kms` has them.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
export interface Kms {
  generateDataKey(
    input: { KeyId: string; KeySpec: 'AES_256'; EncryptionContext?: EncryptionContext },
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ Plaintext?: Uint8Array | undefined; CiphertextBlob?: Uint8Array | undefined }>;
  decrypt(
    input: { CiphertextBlob: Uint8Array; EncryptionContext?: EncryptionContext },
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ Plaintext?: Uint8Array | undefined }>;
}

/** Where KMS is, and who asks it. */
export interface KmsConfig {
  readonly region?: () => Promise<string>;
  readonly credentials?: () => Promise<Credentials>;
}

/**
 * A client of AWS KMS, in the region of the key where its ARN names one. `@aws-sdk/client-kms` is loaded here.
 *
 * @throws TypeError when it is not installed.
 */
export async function awsKms(keyId: string, { region, credentials }: KmsConfig): Promise<Kms> {
  const inRegion = /^arn:[^:]*:kms:([^:]+):/.exec(keyId)?.[1] ?? region;
  try {
    const { KMS } = await import('@aws-sdk/client-kms');
    return new KMS({ region: inRegion, credentials } as KMSClientConfig);
  } catch (cause) {
    const message = 'Encrypted attributes need @aws-sdk/client-kms: install it, or give encryption.kms';
    throw new TypeError(message, { cause });
  }
}
