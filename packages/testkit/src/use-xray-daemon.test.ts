import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { useXRayDaemon, type XRayDaemonInUse } from './use-xray-daemon.ts';

const environment = { ...process.env };

async function send(segment: object): Promise<void> {
  const [host, port] = (process.env.AWS_XRAY_DAEMON_ADDRESS as string).split(':');
  const socket = createSocket('udp4');
  const datagram = `{"format":"json","version":1}\n${JSON.stringify({ id: '53995c3f42cd8ad8', start_time: 1, ...segment })}`;
  await new Promise((resolve) => socket.send(datagram, Number(port), host, resolve));
  socket.close();
}

describe('useXRayDaemon', () => {
  const { segments, waitFor, traceId, daemon } = useXRayDaemon();
  const traces: string[] = [];

  it.each([1, 2])('makes test %s a sampled trace of its own', async () => {
    expect(process.env._X_AMZN_TRACE_ID).toMatch(new RegExp(`^Root=${traceId()};Parent=[0-9a-f]{16};Sampled=1$`));
    expect(traceId()).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(traces).not.toContain(traceId());
    traces.push(traceId());
    expect(segments()).toEqual([]);
    await send({ name: 'orders', trace_id: traceId() });
    expect(await waitFor(1)).toMatchObject([{ name: 'orders' }]);
    expect(segments()).toHaveLength(1);
  });

  it('offers the documents of the running test only', async () => {
    await send({ name: 'late', trace_id: traces[0] });
    await send({ name: 'orders', trace_id: traceId() });
    expect(await waitFor((all) => all.some(({ name }) => name === 'orders'))).toMatchObject([{ name: 'orders' }]);
    await expect.poll(() => daemon().segments.some(({ name }) => name === 'late')).toBe(true);
    expect(segments()).toHaveLength(1);
  });

  it('says what has not come', async () => {
    await expect(waitFor(1, 20)).rejects.toMatchObject({ code: 'SEGMENTS_MISSING' });
  });
});

describe('useXRayDaemon, after its tests', () => {
  let daemonOfInner: XRayDaemonInUse;

  describe('which are these', () => {
    daemonOfInner = useXRayDaemon();
    it('runs', () => {
      expect(daemonOfInner.daemon().address).toBe(process.env.AWS_XRAY_DAEMON_ADDRESS);
    });
  });

  it('has put the environment back', () => {
    expect(process.env).toEqual(environment);
  });

  it('says that it does not run', () => {
    expect(() => daemonOfInner.daemon()).toThrow('useXRayDaemon: the daemon runs only while tests do.');
    expect(() => daemonOfInner.traceId()).toThrow('useXRayDaemon: each test has a trace of its own.');
    expect(() => daemonOfInner.segments()).toThrow('useXRayDaemon: the daemon runs only while tests do.');
  });
});
