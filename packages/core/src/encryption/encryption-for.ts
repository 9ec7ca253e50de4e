import type { CompiledModel } from '../compiled-model.ts';
import { Encryption } from './encryption.ts';
import { checkEncryptionOptions, type EncryptionOptions } from './encryption-options.ts';
import type { Kms, KmsConfig } from './kms.ts';

/** Makes a client of KMS for a key. */
export type MakeKms = (keyId: string, config: KmsConfig) => Promise<Kms>;

/**
 * The encryption of some models' attributes; `undefined` where there is nothing to encrypt and no option for it.
 *
 * @param caller the function that takes the option, for the error.
 * @param makeKms makes what asks KMS where the option has no `kms`; without it, the option must have one.
 * @param config where KMS is, and who asks it.
 * @throws TypeError when a model has encrypted attributes and there is no option, or the option is wrong.
 * @throws RangeError when a bound of its `cache` is wrong.
 */
export function encryptionFor(
  caller: string,
  models: readonly CompiledModel[],
  options: EncryptionOptions | undefined,
  makeKms: MakeKms | undefined,
  config: KmsConfig,
): Encryption | undefined {
  if (options !== undefined) {
    checkEncryptionOptions(options);
    const { keyId, kms } = options;
    if (kms === undefined && makeKms === undefined) {
      throw new TypeError(`${caller}: give encryption.kms, for example a KMS of @aws-sdk/client-kms`);
    }
    return new Encryption(options, async () => kms ?? (makeKms as MakeKms)(keyId, config));
  }
  const model = models.find(({ encrypted }) => encrypted.length > 0);
  if (model === undefined) return undefined;
  const attributes = model.encrypted.map(({ property }) => property).join(', ');
  throw new TypeError(
    `${caller}: model ${model.name} has encrypted attributes (${attributes}): give the option encryption, ` +
      'for example { keyId: process.env.KMS_KEY_ARN }',
  );
}
