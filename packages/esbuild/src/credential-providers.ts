import type { OnLoadResult, PluginBuild } from 'esbuild';

const NAMESPACE = 'tabletheory-credential-provider';

/** A provider of the SDK's default chain that a function on Lambda never needs. */
export type CredentialProvider = 'imds' | 'ini' | 'process' | 'sso' | 'web-identity';

interface LeftOut {
  /** What the chain imports of it. */
  readonly factory: string;
  /** A JavaScript expression of the provider's options: whether this provider, and no later one, is asked for. */
  readonly isAskedFor: string;
  /** Further exports. */
  readonly others?: string;
}

const CONTAINER = `
export const ENV_CMDS_FULL_URI = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';
export const ENV_CMDS_RELATIVE_URI = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI';
export { fromInstanceMetadata as fromContainerMetadata };
`;

const PROFILE = '(options?.profile ?? process.env.AWS_PROFILE) !== undefined';

const providers: Readonly<Record<CredentialProvider, LeftOut>> = {
  // Of machines in EC2. That of containers in the same module is the second try after another one's.
  imds: { factory: 'fromInstanceMetadata', isAskedFor: 'false', others: CONTAINER },
  ini: { factory: 'fromIni', isAskedFor: PROFILE },
  process: { factory: 'fromProcess', isAskedFor: PROFILE },
  // The chain asks only when it was given SSO settings.
  sso: { factory: 'fromSSO', isAskedFor: 'true' },
  'web-identity': {
    factory: 'fromTokenFile',
    isAskedFor: '(options?.webIdentityTokenFile ?? process.env.AWS_WEB_IDENTITY_TOKEN_FILE) !== undefined',
  },
};

/** The names of the providers that can be left out. */
export const credentialProviders: readonly CredentialProvider[] = Object.keys(providers) as CredentialProvider[];

/**
 * Leaves providers out of the SDK's default chain, all but those in `kept`. What remains is what Lambda uses: the
 * environment, and the container endpoint under SnapStart. Providers a program imports itself are not touched.
 */
export function leaveOutCredentialProviders(build: PluginBuild, kept: readonly CredentialProvider[]): void {
  const names = credentialProviders.filter((name) => !kept.includes(name));
  if (names.length === 0) return;
  const filter = new RegExp(`^@(?:aws-sdk|smithy)/credential-provider-(?:${names.join('|')})$`);
  build.onResolve({ filter }, ({ path, importer }) => {
    if (!/[\\/]@aws-sdk[\\/]credential-provider-node[\\/]/.test(importer)) return undefined;
    return { path: path.replace(/^.*credential-provider-/, ''), namespace: NAMESPACE };
  });
  build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }): OnLoadResult => {
    return { contents: replacement(path as CredentialProvider) };
  });
}

/** Nothing of it was asked for: the chain goes on to the next provider. Else it ends here, and says why. */
function replacement(name: CredentialProvider): string {
  const { factory, isAskedFor, others = '' } = providers[name];
  const message = `The credential provider "${name}" was left out of this bundle by @tabletheory/esbuild. To keep it: credentialProviders: ['${name}'].`;
  return `
export const ${factory} = (options) => async () => {
  const error = new Error(${JSON.stringify(message)});
  throw Object.assign(error, { name: 'CredentialsProviderError', tryNextLink: !(${isAskedFor}) });
};
${others}`;
}
