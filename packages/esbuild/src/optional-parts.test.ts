import { describe, expect, it } from 'vitest';
import type { BuildReport } from './build.ts';
import { tableTheory } from './plugin.ts';
import { runWith } from './run-bundle.ts';
import { bundle } from './test-function.ts';

const tables = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, defineModel, string } from '@tabletheory/core';
const Order = defineModel({ name: 'Order', table: 'orders', key: { partition: 'id' }, attributes: { id: string() } });
const tables = createTables({ client: new DynamoDBClient({}), models: { orders: Order } });
`;

/** What calling `result` gives, or the message of its error. */
const resultOf = (file: string) =>
  runWith([file], 'answer(await import(files[0]).then(({ result }) => result()).catch(({ message }) => message));');

const packagesOf = ({ packages }: BuildReport) => packages.map(({ name }) => name);

const inputsOf = ({ metafile }: BuildReport) =>
  Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );

describe('optional parts', () => {
  it('that a function does not name are left out, and say so when they are used all the same', async () => {
    const name = `const hidden = (name: string) => '$' + name;`;
    const source = `${tables}${name}\nexport const result = () => (tables as any)[hidden('document')]();`;
    const built = await bundle(source, { external: [] });
    expect(packagesOf(built)).not.toEqual(expect.arrayContaining(['@aws-sdk/lib-dynamodb']));
    expect(packagesOf(built)).not.toEqual(expect.arrayContaining(['@aws-sdk/client-kms']));
    expect(await resultOf(built.file)).toBe(
      '@aws-sdk/lib-dynamodb was left out of this bundle by @tabletheory/esbuild, because the function does not name "$document". To keep it: keep: [\'document\'].',
    );
  });

  it('that it names are kept: the DocumentClient', async () => {
    const source = `${tables}export const result = async () => typeof (await tables.$document()).send;`;
    const built = await bundle(source, { external: [] });
    expect(packagesOf(built)).toContain('@aws-sdk/lib-dynamodb');
    expect(await resultOf(built.file)).toBe('function');
  });

  it('that it names are kept: encryption', async () => {
    const source = `${tables.replace('string() }', 'string(), card: string({ encrypted: true }) }').replace('models:', "encryption: { keyArn: 'arn:aws:kms:eu-west-1:1:key/1' } as any, models:")}export const result = () => tables;`;
    expect(packagesOf(await bundle(source, { external: [] }))).toContain('@aws-sdk/client-kms');
  }, 30_000);

  it('are looked for in modules that other plugins make as well, and not in comments', async () => {
    const virtual = {
      name: 'virtual',
      setup(build: import('esbuild').PluginBuild) {
        build.onResolve({ filter: /^virtual$/ }, ({ path }) => ({ path, namespace: 'virtual' }));
        build.onLoad({ filter: /.*/, namespace: 'virtual' }, () => ({
          contents: 'export const documentOf = ({ $document }) => $document;',
        }));
      },
    };
    const source = `import { documentOf } from 'virtual';\n${tables}export const result = () => documentOf(tables);`;
    const options = { external: [], plugins: [virtual], validators: false };
    expect(packagesOf(await bundle(source, options))).toContain('@aws-sdk/lib-dynamodb');
    const commented = `${tables}// tables.$document() is not called\nexport const result = () => tables;`;
    expect(packagesOf(await bundle(commented, { external: [] }))).not.toContain('@aws-sdk/lib-dynamodb');
  });

  it('are kept on demand, and left to the options of esbuild where those make them external', async () => {
    const source = `${tables}export const result = () => tables;`;
    const kept = await bundle(source, { external: [], keep: ['document', 'eventStreams'] });
    expect(packagesOf(kept)).toContain('@aws-sdk/lib-dynamodb');
    expect(inputsOf(kept).join()).toContain('EventStreamSerde');
    const external = await bundle(source, { external: ['@aws-sdk/lib-*'] });
    const imports = Object.values(external.metafile.outputs).flatMap((output) => output.imports);
    expect(imports.map(({ path }) => path)).toContain('@aws-sdk/lib-dynamodb');
  });

  it('of the SDK stay for clients that may need them', async () => {
    const source = `${tables}export const result = () => tables;`;
    expect(inputsOf(await bundle(source, { external: [] })).join()).not.toContain('EventStreamSerde');
    const streaming = `${source}\nexport const kinesis = () => import('@aws-sdk/client-kinesis');`;
    const built = await bundle(streaming, { external: ['@aws-sdk/client-kinesis'] });
    expect(inputsOf(built).join()).toContain('EventStreamSerde');
  });

  it("of pino are its transports: it starts without Node's threads and streams", async () => {
    const source = `
      import { pino } from 'pino';
      const log = pino({ base: null, timestamp: false }, pino.destination({ dest: 1, sync: true }));
      export const loaded = process.moduleLoadList.filter((name) => /^NativeModule (worker_threads|stream)$/.test(name));
      export const result = () => { log.info('written'); pino({ transport: { target: 'pino/file' } }); };`;
    const built = await bundle(source);
    expect(packagesOf(built)).not.toContain('thread-stream');
    expect(await resultOf(built.file)).toMatch(/^pino's transport was left out .* keep: \['pinoTransports'\]\.$/);
    expect(await runWith([built.file], 'answer((await import(files[0])).loaded);')).toEqual([]);
    expect(packagesOf(await bundle(source, { keep: ['pinoTransports'] }))).toContain('thread-stream');
  });

  it('that do not exist are refused', () => {
    expect(() => tableTheory({ keep: ['documents' as never] })).toThrow(
      '@tabletheory/esbuild: option keep names "documents"; known are assumeRole, document, encryption, eventStreams, pinoTransports',
    );
  });
});
