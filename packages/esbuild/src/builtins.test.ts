import { describe, expect, it } from 'vitest';
import { runWith } from './run-bundle.ts';
import { bundle } from './test-function.ts';

/** What a bundle of `source` exports as `result`, in a process of its own. */
async function resultOf(source: string, options = {}): Promise<unknown> {
  const { file } = await bundle(source, options);
  return runWith([file], 'const { result } = await import(files[0]);\nanswer(await result?.() ?? null);');
}

/** Whether Node has loaded a module, as an expression. */
const loaded = (name: string) => `process.moduleLoadList.includes('NativeModule ${name}')`;

describe("Node's own modules", () => {
  it('are the same by whatever way they are imported', async () => {
    const source = `
      import { request } from 'node:http';
      import http, { Agent as Named } from 'http';
      import * as all from 'node:http';
      import fs, { readFileSync, promises } from 'fs';
      import { EventEmitter } from 'node:events';
      import Emitter from 'events';
      declare const require: any;
      const required = require('http');
      export const result = async () => {
        const real = process.getBuiltinModule('node:http');
        const dynamic = await import('node:http');
        const realFs = process.getBuiltinModule('node:fs');
        return [
          request === real.request, http.request === real.request, Named === real.Agent, all.request === real.request,
          required.request === real.request, dynamic.request === real.request, dynamic.default.Agent === real.Agent,
          new http.Server() instanceof real.Server, http.STATUS_CODES[404] === 'Not Found',
          readFileSync === realFs.readFileSync, fs === realFs, promises === realFs.promises, require('fs') === realFs,
          Emitter === EventEmitter, new (class extends Emitter {})() instanceof EventEmitter,
        ];
      };`;
    expect(await resultOf(source)).toEqual(Array(15).fill(true));
  });

  it.each(['http', 'https', 'zlib', 'dgram', 'child_process', 'worker_threads', 'tls', 'http2'])(
    'that cost something are loaded where they are used: %s',
    async (name) => {
      const names = Object.keys(process.getBuiltinModule(name)!).filter((each) => /^[a-z]\w+$/i.test(each));
      const source = `
        import all, { ${names[0]} as one } from 'node:${name}';
        import * as namespace from '${name}';
        declare const require: any;
        const required = require('${name}');
        const imported = await import('node:${name}');
        const before = ${loaded(name)};
        export const result = () => [before, [all.${names[0]}, one, namespace.${names[0]}, required.${names[0]}, imported.${names[0]}].every(
          (each) => each === process.getBuiltinModule('node:${name}').${names[0]}), ${loaded(name)}];`;
      expect(await resultOf(source)).toEqual([false, true, true]);
    },
  );

  it('that are loaded do not load more where a part of them is imported', async () => {
    const source = `
      import { existsSync, promises, ReadStream } from 'node:fs';
      import { getRandomValues } from 'node:crypto';
      const { getRandomValues: early } = { getRandomValues };
      const before = ['internal/fs/streams', 'internal/fs/promises', 'crypto'].filter((name) => process.moduleLoadList.includes('NativeModule ' + name));
      export const result = () => [before, existsSync('/'), ReadStream === process.getBuiltinModule('fs').ReadStream,
        promises === process.getBuiltinModule('fs').promises, early(new Uint8Array(2)).length];`;
    expect(await resultOf(source)).toEqual([[], true, true, true, 2]);
  });

  it('can be called and extended when they are functions or have classes', async () => {
    const source = `
      import assert from 'node:assert';
      import { Readable } from 'node:stream';
      import Stream from 'stream';
      declare const require: any;
      class Own extends Readable {}
      class Older extends require('stream') {}
      export const result = () => {
        assert(true);
        assert.equal(1, 1);
        let message;
        try { assert(false, 'refused'); } catch (error) { message = error.message; }
        return [message, new Own() instanceof Readable, new Own() instanceof process.getBuiltinModule('stream'),
          new Older() instanceof Stream, typeof assert];
      };`;
    expect(await resultOf(source)).toEqual(['refused', true, true, true, 'function']);
  });

  it('can be looked through and patched like the real ones', async () => {
    const source = `
      import https from 'node:https';
      import { get } from 'node:https';
      declare const require: any;
      const required = require('https');
      export const result = () => {
        const real = process.getBuiltinModule('node:https');
        const keys = Object.keys(required).join() === Object.keys(real).join();
        const spread = { ...required }.request === real.request;
        const has = ['get' in required, 'got' in required];
        const patched = () => 'patched';
        required.get = patched;
        Object.defineProperty(https, 'added', { value: 1 });
        const after = [real.get === patched, get === patched, https.get === patched, real.added];
        delete required.added;
        return [keys, spread, has, after, 'added' in real, Object.getOwnPropertyDescriptor(https, 'get').value === patched];
      };`;
    expect(await resultOf(source)).toEqual([true, true, [true, false], [true, true, true, 1], false, true]);
  });

  it('are found without a prefix by names that only have one, and in CommonJS code that is bundled', async () => {
    const source = `
      import { DatabaseSync } from 'node:sqlite';
      import { pino } from 'pino';
      export const result = () => [typeof DatabaseSync, typeof pino];`;
    expect(await resultOf(source)).toEqual(['function', 'function']);
  });

  it('that nobody uses are not in the bundle', async () => {
    const { packages, metafile } = await bundle(`import { request } from 'node:http';\nexport const handler = 1;`);
    expect(packages.map(({ name }) => name)).not.toContain("(Node's own modules)");
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  });
});
