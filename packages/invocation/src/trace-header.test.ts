import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentTraceHeader, parseTraceHeader } from './trace-header.ts';

const root = '1-5759e988-bd862e3fe1be46a994272793';
const parent = '53995c3f42cd8ad8';

describe('a trace header', () => {
  it.each([
    [`Root=${root};Parent=${parent};Sampled=1`, { root, parent, sampled: true }],
    [` sampled=1 ; parent=${parent}; root=${root} ;Lineage=a:0`, { root, parent, sampled: true }],
    [`Root=${root};Parent=${parent};Sampled=0`, { root, parent, sampled: false }],
    [`Root=${root};Parent=${parent};Sampled=10`, { root, parent, sampled: false }],
    [`Root=${root};Parent=${parent};Sampled=1;Lineage=a:0`, { root, parent, sampled: true }],
    [`Self=a;Root=${root};Parent=${parent};Sampled=1`, { root, parent, sampled: true }],
    [`NoRoot=${root};Parent=${parent};Sampled=1`, undefined],
    [`Root=${root};Parent=${parent}`, { root, parent, sampled: false }],
    [`Root=${root};Sampled=1`, { root, parent: '', sampled: false }],
    [`Root=${root};Parent=x;Sampled=1`, { root, parent: 'x', sampled: false }],
    [`Root=${root};Parent=${parent}a;Sampled=1`, { root, parent: `${parent}a`, sampled: false }],
    [`Root=${root};Parent=a${parent};Sampled=1`, { root, parent: `a${parent}`, sampled: false }],
    [`Root=${root}a;Parent=${parent};Sampled=1`, undefined],
    [`Root=1${root};Parent=${parent};Sampled=1`, undefined],
    ['Root=1-2-3;Sampled=1', undefined],
    ['', undefined],
  ])('%j is read', (header, expected) => {
    expect(parseTraceHeader(header)).toEqual(expected);
  });
});

describe('the current trace header', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it('is absent outside Lambda', () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
    expect(currentTraceHeader()).toBeUndefined();
  });

  it('is in the environment, and under concurrency in the invoke store, which is asked first', () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', `Root=${root};Parent=${parent};Sampled=1`);
    expect(currentTraceHeader()?.root).toBe(root);
    const other = '1-6b02f47d-2f3e49bfb9152040cc6704ea';
    vi.stubGlobal('awslambda', { InvokeStore: { getXRayTraceId: () => `Root=${other}` } });
    expect(currentTraceHeader()?.root).toBe(other);
  });

  it('is in the environment where there is a store without it', () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', `Root=${root}`);
    vi.stubGlobal('awslambda', { InvokeStore: {} });
    expect(currentTraceHeader()?.root).toBe(root);
  });
});
