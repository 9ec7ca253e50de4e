import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tableTheory } from './plugin.ts';
import { runWith } from './run-bundle.ts';
import { bundle, testFile } from './test-function.ts';

const source = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
export const result = () => new DynamoDBClient({ maxAttempts: 1 }).config.credentials().then(
  ({ accessKeyId }) => accessKeyId,
  ({ name, message }) => ({ name, message }),
);`;

const noKeys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' };

const credentialsOf = (file: string, environment: Record<string, string>) =>
  runWith([file], 'answer(await (await import(files[0])).result());', { environment });

describe('credential providers', () => {
  it('that Lambda uses are kept: the environment, and the container endpoint of SnapStart', async () => {
    const { file } = await bundle(source);
    expect(await credentialsOf(file, { AWS_ACCESS_KEY_ID: 'from-environment' })).toBe('from-environment');
    const server = createServer((_request, response) => {
      const expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(
        JSON.stringify({ AccessKeyId: 'from-container', SecretAccessKey: 's', Token: 't', Expiration: expiration }),
      );
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const uri = `http://127.0.0.1:${port}/credentials`;
    expect(await credentialsOf(file, { ...noKeys, AWS_CONTAINER_CREDENTIALS_FULL_URI: uri })).toBe('from-container');
  });

  it('that were left out say so when they are asked for', async () => {
    const { file } = await bundle(source);
    const leftOut = (name: string) => ({
      name: 'CredentialsProviderError',
      message: expect.stringContaining(`"${name}" was left out of this bundle`),
    });
    expect(await credentialsOf(file, { ...noKeys, AWS_PROFILE: 'work' })).toEqual(leftOut('ini'));
    expect(await credentialsOf(file, { ...noKeys, AWS_WEB_IDENTITY_TOKEN_FILE: '/token' })).toEqual(
      leftOut('web-identity'),
    );
  });

  it('are named by the SDK when none has credentials', async () => {
    const { file } = await bundle(source);
    expect(await credentialsOf(file, noKeys)).toMatchObject({ name: 'CredentialsProviderError' });
  });

  it('are kept on demand', async () => {
    const lean = await bundle(source);
    const kept = await bundle(source, { credentialProviders: ['ini', 'sso', 'process', 'web-identity'] });
    const names = kept.packages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['@aws-sdk/credential-provider-ini', '@aws-sdk/nested-clients']));
    const leanNames = lean.packages.map(({ name }) => name);
    expect(leanNames).not.toContain('@aws-sdk/credential-provider-ini');
    expect(leanNames).not.toContain('@aws-sdk/nested-clients');
    const profile = '[work]\naws_access_key_id = from-profile\naws_secret_access_key = s\n';
    const AWS_SHARED_CREDENTIALS_FILE = await testFile('credentials', profile);
    const environment = { ...noKeys, AWS_PROFILE: 'work', AWS_SHARED_CREDENTIALS_FILE };
    expect(await credentialsOf(kept.file, environment)).toBe('from-profile');
  });

  it('that a program imports itself stay', async () => {
    const { packages } = await bundle(
      `import { fromIni } from '@aws-sdk/credential-provider-ini';\nexport const handler = fromIni;`,
    );
    expect(packages.map(({ name }) => name)).toContain('@aws-sdk/credential-provider-ini');
  });

  it('that do not exist are refused', () => {
    expect(() => tableTheory({ credentialProviders: ['env' as never] })).toThrow(
      '@tabletheory/esbuild: option credentialProviders names "env"; known are imds, ini, process, sso, web-identity',
    );
  });
});
