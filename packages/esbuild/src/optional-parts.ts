import type { BuildOptions, OnLoadResult, Plugin, PluginBuild } from 'esbuild';
import { applyDefaults } from './defaults.ts';
import { packageOf } from './package-of.ts';

const NAMESPACE = 'tabletheory-optional-part';

/** A part of a package that few functions use, and that is loaded when it is used. */
export type OptionalPart = 'assumeRole' | 'document' | 'encryption' | 'eventStreams' | 'pinoTransports';

interface Part {
  /** What is imported. */
  readonly module: RegExp;
  /** The package that imports it. */
  readonly importer: RegExp;
  /** The kind of import; others are not touched. */
  readonly kind: 'dynamic-import' | 'require-call';
  /** Whether a function needs it. */
  readonly isUsed: (code: OwnCode) => boolean;
  /** What an error calls it. Default: what is imported. */
  readonly label?: string;
  /** Why it was left out, to end an error's message. */
  readonly reason: string;
}

/** What belongs to the function itself: its modules and those of packages, without this project's and the SDK's. */
interface OwnCode {
  readonly text: string;
  /** What it imports of this project and the SDK. */
  readonly imports: readonly string[];
}

/** SDK clients without operations that stream events. */
const WITHOUT_EVENTS = /^@aws-sdk\/client-(?:dynamodb|dynamodb-streams|kms|sts)$/;

const parts: Readonly<Record<OptionalPart, Part>> = {
  assumeRole: {
    module: /^@aws-sdk\/credential-providers$/,
    importer: /^@tabletheory\//,
    kind: 'dynamic-import',
    isUsed: ({ text }) => /\bassumeRole\b/.test(text),
    reason: 'because the function does not name "assumeRole"',
  },
  document: {
    module: /^@aws-sdk\/lib-dynamodb$/,
    importer: /^@tabletheory\//,
    kind: 'dynamic-import',
    isUsed: ({ text }) => /\$document\b/.test(text),
    reason: 'because the function does not name "$document"',
  },
  encryption: {
    module: /^@aws-sdk\/client-kms$/,
    importer: /^@tabletheory\//,
    kind: 'dynamic-import',
    isUsed: ({ text }) => /\bencrypted\b/.test(text),
    reason: 'because the function does not name "encrypted"',
  },
  eventStreams: {
    module: /^@smithy\/core\/event-streams$/,
    importer: /^@smithy\/core$/,
    kind: 'dynamic-import',
    isUsed: ({ imports }) => imports.some((path) => /^@aws-sdk\/client-/.test(path) && !WITHOUT_EVENTS.test(path)),
    reason: 'because no client that the function imports streams events',
  },
  pinoTransports: {
    module: /^\.\/(?:lib\/)?transport$/,
    importer: /^pino$/,
    kind: 'require-call',
    isUsed: () => false,
    label: "pino's transport",
    reason: 'because it runs in worker threads, whose files a bundle does not have',
  },
};

/** The names of the parts. */
export const optionalParts: readonly OptionalPart[] = Object.keys(parts) as OptionalPart[];

/** Options of {@link leaveOutOptionalParts}. */
export interface OptionalPartOptions {
  /** Parts to keep, whether the function uses them or not. */
  readonly kept: readonly OptionalPart[];
  /** The options of the bundle, without this plugin. */
  readonly bundle: BuildOptions;
}

/**
 * Leaves out what the function does not use of packages that load parts on demand. Whether it does, its own code tells:
 * who uses a part names it.
 */
export function leaveOutOptionalParts(build: PluginBuild, { kept, bundle }: OptionalPartOptions): void {
  let looking: Promise<OwnCode | undefined> | undefined;
  build.onStart(() => {
    looking = undefined;
  });
  for (const name of optionalParts) {
    if (kept.includes(name)) continue;
    const { module, importer: owner, kind: kindOfImport, isUsed } = parts[name];
    build.onResolve({ filter: module }, async ({ path, importer, kind }) => {
      if (kind !== kindOfImport || !owner.test(packageOf(importer) ?? '') || isExternal(path, bundle)) return undefined;
      looking ??= ownCode(build, bundle);
      const code = await looking;
      if (code === undefined || isUsed(code)) return undefined;
      return { path: name, namespace: NAMESPACE, pluginData: path };
    });
  }
  if (!kept.includes('pinoTransports')) {
    // pino asks at its start, for transports and for what is still unwritten when the main thread ends; the answer
    // costs 2 ms. In a worker, "main thread" has it write that as well.
    build.onResolve({ filter: /^(?:node:)?worker_threads$/ }, ({ importer }) =>
      packageOf(importer) === 'pino' ? { path: 'main-thread', namespace: NAMESPACE } : undefined,
    );
  }
  build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData }): OnLoadResult => {
    if (path === 'main-thread') return { contents: 'exports.isMainThread = true;' };
    return { contents: replacement(path as OptionalPart, pluginData as string) };
  });
}

function isExternal(path: string, { external = [], packages }: BuildOptions): boolean {
  if (packages === 'external') return true;
  return external.some((each) => (each.endsWith('*') ? path.startsWith(each.slice(0, -1)) : path === each));
}

/**
 * The function's own code, as it is bundled: comments and what is not used are gone.
 *
 * @returns `undefined` when it does not build; the bundle itself tells why.
 */
async function ownCode(build: PluginBuild, bundle: BuildOptions): Promise<OwnCode | undefined> {
  const leaveRest: Plugin = {
    name: 'tabletheory-own-code',
    setup({ initialOptions, onResolve }) {
      applyDefaults(initialOptions);
      onResolve({ filter: /^@(?:tabletheory|aws-sdk|smithy)\// }, ({ path }) => ({ path, external: true }));
    },
  };
  try {
    const { outputFiles, metafile } = await build.esbuild.build({
      ...bundle,
      plugins: [...(bundle.plugins ?? []), leaveRest],
      minify: false,
      sourcemap: false,
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    return {
      text: (outputFiles ?? []).map(({ text }) => text).join('\n'),
      imports: Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports.map(({ path }) => path)),
    };
  } catch {
    return undefined;
  }
}

function replacement(name: OptionalPart, module: string): string {
  const { reason, kind, label = module } = parts[name];
  const message = `${label} was left out of this bundle by @tabletheory/esbuild, ${reason}. To keep it: keep: ['${name}'].`;
  const failure = `throw new Error(${JSON.stringify(message)});`;
  // What is loaded when pino starts must not throw before it is used.
  return kind === 'dynamic-import' ? failure : `module.exports = () => { ${failure} };`;
}
