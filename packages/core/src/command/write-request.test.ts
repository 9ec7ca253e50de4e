import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ClientConfig } from './client.ts';
import { writeRequest } from './write-request.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793';

/** The requests that one client writes. */
function writing() {
  const defaultUserAgentProvider = vi.fn(async () => [['tabletheory', '1.0.0']]);
  const endpoint = {
    protocol: 'https:',
    hostname: 'h',
    port: 8443,
    path: '/base',
    host: 'h:8443',
    headers: { 'x-given': 'yes' },
  };
  const endpointOf = vi.fn(async () => endpoint);
  const config = { defaultUserAgentProvider } as unknown as ClientConfig;
  const handle = writeRequest(config, 'GetItem', { endpointOf } as never)(async (args) => args, {});
  const write = async () => {
    const call: any = { tables: ['notes'] };
    return handle({ input: { TableName: 'notes' }, call });
  };
  return { write, endpoint, endpointOf, defaultUserAgentProvider };
}

describe('writeRequest', () => {
  it('writes a POST of the input to the endpoint', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', undefined);
    vi.stubEnv('_X_AMZN_TRACE_ID', TRACE);
    const { write, endpoint, endpointOf, defaultUserAgentProvider } = writing();
    const { request, call, input } = await write();
    expect(request).toEqual({
      protocol: 'https:',
      hostname: 'h',
      port: 8443,
      path: '/base',
      method: 'POST',
      query: {},
      headers: {
        host: 'h:8443',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'user-agent': 'tabletheory/1.0.0',
        'x-given': 'yes',
      },
      body: '{"TableName":"notes"}',
    });
    expect(call.endpoint).toBe(endpoint);
    expect(input).toEqual({ TableName: 'notes' });
    expect(endpointOf).toHaveBeenCalledWith(['notes']);
    await write();
    expect(defaultUserAgentProvider).toHaveBeenCalledTimes(1);
  });

  it('names the trace of the invocation in a function, that of the runtime’s store first', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'notes');
    vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
    const { write } = writing();
    expect((await write()).request.headers).not.toHaveProperty('X-Amzn-Trace-Id');
    vi.stubEnv('_X_AMZN_TRACE_ID', TRACE);
    expect((await write()).request.headers['X-Amzn-Trace-Id']).toBe(TRACE);
    for (const awslambda of [{}, { InvokeStore: {} }, { InvokeStore: { getXRayTraceId: () => undefined } }]) {
      vi.stubGlobal('awslambda', awslambda);
      expect((await write()).request.headers['X-Amzn-Trace-Id']).toBe(TRACE);
    }
    vi.stubGlobal('awslambda', { InvokeStore: { getXRayTraceId: () => 'Root=own' } });
    expect((await write()).request.headers['X-Amzn-Trace-Id']).toBe('Root=own');
  });
});
