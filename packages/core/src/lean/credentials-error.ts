/** Thrown when no credentials could be found, or had; the SDK's errors have the same name. */
export class CredentialsProviderError extends Error {
  override readonly name = 'CredentialsProviderError';
}
