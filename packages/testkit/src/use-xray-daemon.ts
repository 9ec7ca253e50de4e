import { randomBytes } from 'node:crypto';
import { type Segment, startXRayDaemon, type XRayDaemon } from '@tabletheory/local';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { setEnvironment } from './environment.ts';

/** The X-Ray daemon of a test file. It can be used in tests. */
export interface XRayDaemonInUse {
  /** The documents of the running test's trace so far, in the order they came. They come some time after they are sent. */
  segments(): readonly Segment[];
  /**
   * Waits for documents of the running test's trace.
   *
   * @param until a number of documents, or what must be true of all documents so far.
   * @param timeoutMs milliseconds to wait; default 5000.
   * @throws SegmentsMissingError when the time is over.
   */
  waitFor(until: number | ((segments: readonly Segment[]) => boolean), timeoutMs?: number): Promise<readonly Segment[]>;
  /** The id of the running test's trace, for example `1-5759e988-bd862e3fe1be46a994272793`. */
  traceId(): string;
  /** The daemon itself, for its `address`. */
  daemon(): XRayDaemon;
}

/**
 * Starts an X-Ray daemon before the tests of the file, or of the `describe` it is called in, and stops it after them.
 * Each test is a sampled trace of its own: its header is in the environment, where Lambda has it. So tests that
 * run at the same time in one file, `test.concurrent`, cannot be told apart.
 *
 * @example
 * import middy from '@middy/core';
 * import { invokeHandler, useXRayDaemon } from '@tabletheory/testkit';
 * import { xray } from '@tabletheory/xray';
 * import { expect, test } from 'vitest';
 *
 * const xrayDaemon = useXRayDaemon();
 *
 * test('the request is traced', async () => {
 *   const handler = middy().use(xray({ name: 'orders' })).handler(async () => 'ok');
 *   await invokeHandler(handler, {});
 *   await expect.poll(() => xrayDaemon.segments()).toHaveTraced({ name: '## orders' });
 * });
 */
export function useXRayDaemon(): XRayDaemonInUse {
  let started: { readonly daemon: XRayDaemon; readonly restoreEnvironment: () => void } | undefined;
  let currentTraceId: string | undefined;
  const daemon = (): XRayDaemon => {
    if (started !== undefined) return started.daemon;
    throw new Error('useXRayDaemon: the daemon runs only while tests do. Call its functions in a test.');
  };
  const traceId = (): string => {
    if (currentTraceId !== undefined) return currentTraceId;
    throw new Error('useXRayDaemon: each test has a trace of its own. Call this in a test.');
  };
  const ofTest = (segments: readonly Segment[]): Segment[] => {
    const id = traceId();
    return segments.filter((segment) => segment.trace_id === id);
  };

  beforeAll(async () => {
    const daemon = await startXRayDaemon();
    // The header is set before each test, and put back after the last.
    const environment = { AWS_XRAY_DAEMON_ADDRESS: daemon.address, _X_AMZN_TRACE_ID: process.env._X_AMZN_TRACE_ID };
    started = { daemon, restoreEnvironment: setEnvironment(environment) };
  });
  beforeEach(() => {
    currentTraceId = newTraceId();
    process.env._X_AMZN_TRACE_ID = `Root=${currentTraceId};Parent=${randomBytes(8).toString('hex')};Sampled=1`;
  });
  afterAll(async () => {
    const stopping = started;
    started = currentTraceId = undefined;
    stopping?.restoreEnvironment();
    await stopping?.daemon.stop();
  });

  return {
    segments: () => ofTest(daemon().segments),
    waitFor: async (until, timeoutMs) => {
      const complete = typeof until === 'number' ? (segments: readonly Segment[]) => segments.length >= until : until;
      return ofTest(await daemon().waitFor((segments) => complete(ofTest(segments)), timeoutMs));
    },
    traceId,
    daemon,
  };
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids */
function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `1-${seconds.padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}
