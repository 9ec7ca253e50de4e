import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'esbuild';
import { eventSchema } from './event-schema.ts';

/** The import `precompiled-event-schema`, as @middy/validator's documentation recommends: ajv's code, made beforehand. */
export const precompiledSchema: Plugin = {
  name: 'precompiled-event-schema',
  setup(build) {
    build.onResolve({ filter: /^precompiled-event-schema$/ }, ({ path }) => ({ path, namespace: 'schema' }));
    build.onLoad({ filter: /.*/, namespace: 'schema' }, () => {
      // The options that `transpileSchema` of @middy/validator has.
      const options = {
        strict: true,
        coerceTypes: 'array',
        allErrors: true,
        useDefaults: 'empty',
        messages: true,
      } as const;
      const ajv = new Ajv2020({ ...options, code: { source: true } });
      return { contents: standaloneCode.default(ajv, ajv.compile(eventSchema)), resolveDir: import.meta.dirname };
    });
  },
};
