import { builtinModules } from 'node:module';
import type { OnLoadResult, PluginBuild } from 'esbuild';

const NAMESPACE = 'tabletheory-builtin';

/** Node has loaded these before the first line of a function runs: to ask for them costs nothing. */
const LOADED = new Set([
  'async_hooks',
  'buffer',
  'console',
  'diagnostics_channel',
  'events',
  'fs',
  'module',
  'path',
  'path/posix',
  'path/win32',
  'process',
  'querystring',
  'timers',
  'url',
  'util',
  'util/types',
]);

/** What the AWS SDK takes out of a module when it is imported, to call it later or never. */
const TAKEN_EARLY: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['getRandomValues'],
  'node:zlib': ['crc32'],
};

/**
 * Takes Node's own modules through `process.getBuiltinModule`. To import them as ES modules reads every export, which
 * for `node:http` loads all of undici. Modules that cost something to load are loaded where they are first used, not
 * where they are imported.
 */
export function takeBuiltins(build: PluginBuild): void {
  build.onResolve({ filter: builtinFilter() }, ({ path, kind }) => {
    const name = path.replace(/^node:/, '');
    const format = !LOADED.has(name) ? 'lazy' : kind === 'import-statement' ? 'module' : 'commonjs';
    return { path: `node:${name}`, namespace: NAMESPACE, suffix: `?${format}`, sideEffects: false };
  });
  build.onResolve({ filter: /^lazy:/, namespace: NAMESPACE }, ({ path }) => {
    return { path: path.replace('lazy:', ''), namespace: NAMESPACE, suffix: '?lazy', sideEffects: false };
  });
  build.onResolve({ filter: /^lazy-builtin$/, namespace: NAMESPACE }, ({ path }) => ({ path, namespace: NAMESPACE }));
  build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, suffix }): OnLoadResult => {
    if (path === 'lazy-builtin') return { contents: LAZY_BUILTIN };
    const builtin = `process.getBuiltinModule("${path}")`;
    if (suffix === '?lazy') return { contents: lazyBuiltin(path) };
    if (suffix === '?commonjs') return { contents: `module.exports = ${builtin}` };
    return { contents: `const builtin = ${builtin};\nexport default builtin;\n${namedExports(path)}` };
  });
}

function builtinFilter(): RegExp {
  return new RegExp(`^(?:node:[a-z0-9_/]+|${builtinModules.map((name) => name.replace(/^node:/, '')).join('|')})$`);
}

/**
 * One statement for each export, so that esbuild drops those nobody imports. What a getter gives may have to be loaded:
 * `ReadStream` of `fs`, which the AWS SDK imports, loads streams, 3 ms.
 */
function namedExports(path: string): string {
  const builtin: object = process.getBuiltinModule(path) ?? {};
  const names = Object.keys(builtin).filter((name) => /^(?!default$)[A-Za-z_]\w*$/.test(name));
  const lines = names.map((name, i) =>
    Object.getOwnPropertyDescriptor(builtin, name)?.get === undefined
      ? `const value${i} = /* @__PURE__ */ read("${name}");\nexport { value${i} as ${name} };`
      : `export { ${name} } from "lazy:${path}";`,
  );
  return `const read = (name) => builtin[name];\n${lines.join('\n')}`;
}

function lazyBuiltin(path: string): string {
  const takenEarly = JSON.stringify(TAKEN_EARLY[path] ?? []);
  return `module.exports = require("lazy-builtin")("${path}", ${targetOf(path)}, ${takenEarly})`;
}

/** A proxy can be called only if what it stands before can. A bound function has no `prototype` of its own to keep. */
function targetOf(path: string): string {
  return typeof process.getBuiltinModule(path) === 'function' ? '(function () {}).bind()' : '{}';
}

// esbuild gives each importer an object that inherits from the prototype of what it imports, with a getter for every
// own property of that. So the proxy has no properties at that moment, and names are found through the prototype: by
// a trap the first time any is used, which loads the module, and from then on in the module itself, at full speed.
const LAZY_BUILTIN = `
module.exports = (id, target, takenEarly) => {
  let loaded;
  let importing = false;
  const load = () => {
    if (loaded === undefined) {
      loaded = process.getBuiltinModule(id);
      for (const name of takenEarly) delete names[name];
      Object.setPrototypeOf(names, loaded);
    }
    return loaded;
  };
  // Asked for by whoever imports or awaits an object; no module has them.
  const get = (_, name) => (name === '__esModule' || name === 'then' ? undefined : load()[name]);
  const names = Object.create(new Proxy({}, { get, has: (_, name) => name in load() }));
  for (const name of takenEarly) names[name] = (...args) => load()[name](...args);
  return new Proxy(target, {
    get,
    set: (_, name, value) => Reflect.set(load(), name, value),
    has: (_, name) => name in load(),
    deleteProperty: (_, name) => Reflect.deleteProperty(load(), name),
    defineProperty: (_, name, descriptor) => Reflect.defineProperty(load(), name, { ...descriptor, configurable: true }),
    ownKeys: () => {
      const isImport = importing;
      importing = false;
      return isImport ? [] : Reflect.ownKeys(load());
    },
    getOwnPropertyDescriptor: (_, name) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(load(), name);
      return descriptor && { ...descriptor, configurable: true };
    },
    getPrototypeOf: () => {
      importing = true;
      return names;
    },
    apply: (_, self, args) => Reflect.apply(load(), self, args),
    construct: (_, args, newTarget) => Reflect.construct(load(), args, newTarget),
  });
};
`;
