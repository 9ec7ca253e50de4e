import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PortInUseError } from './port.ts';
import { SegmentsMissingError, startXRayDaemon, type XRayDaemon } from './xray-daemon.ts';

const segment = {
  name: 'orders',
  id: '53995c3f42cd8ad8',
  trace_id: '1-5759e988-bd862e3fe1be46a994272793',
  start_time: 1_465_510_280.123,
  end_time: 1_465_510_280.345,
  annotations: { cold: true },
  subsegments: [{ name: 'DynamoDB', id: '53995c3f42cd8ad9', start_time: 1_465_510_280.2, namespace: 'aws' }],
};
const socket = createSocket('udp4').unref();
let daemon: XRayDaemon;

function send(text: string): void {
  const [host, port] = daemon.address.split(':');
  socket.send(text, Number(port), host);
}

function sendSegment(document: object): void {
  send(`{"format":"json","version":1}\n${JSON.stringify(document)}`);
}

beforeEach(async () => {
  daemon = await startXRayDaemon();
});

afterEach(() => daemon.stop());

test('segments are collected in order', async () => {
  const waiting = daemon.waitFor(2);
  sendSegment(segment);
  sendSegment({ ...segment, name: 'second' });
  const segments = await waiting;
  expect(segments.map(({ name }) => name)).toEqual(['orders', 'second']);
  expect(segments[0]).toEqual(segment);
  expect(daemon.segments).toEqual(segments);
});

test('a predicate is asked about all segments', async () => {
  const waiting = daemon.waitFor((segments) => segments.some(({ name }) => name === 'last'));
  sendSegment(segment);
  sendSegment({ ...segment, name: 'last' });
  expect(await waiting).toHaveLength(2);
  expect(await daemon.waitFor(2)).toHaveLength(2);
});

test('a predicate that throws fails its wait and nothing else', async () => {
  const waiting = daemon.waitFor(([first]) => {
    if (first !== undefined) throw new TypeError('wrong predicate');
    return false;
  });
  const other = daemon.waitFor(1);
  sendSegment(segment);
  await expect(waiting).rejects.toThrow('wrong predicate');
  expect(await other).toHaveLength(1);
});

test.each([
  ['no header', JSON.stringify(segment)],
  ['another version', `{"format":"json","version":2}\n${JSON.stringify(segment)}`],
  ['no JSON', '{"format":"json","version":1}\n{'],
  ['no segment', '{"format":"json","version":1}\nnull'],
  ['no name', '{"format":"json","version":1}\n{"id":"53995c3f42cd8ad8","start_time":1}'],
])('a datagram with %s is kept apart', async (_, datagram) => {
  send(datagram);
  sendSegment(segment);
  expect(await daemon.waitFor(1)).toEqual([segment]);
  expect(daemon.malformed).toEqual([datagram]);
});

test('segments that do not come are an error that says what came', async () => {
  sendSegment(segment);
  await daemon.waitFor(1);
  const error = await daemon.waitFor(2, 20).catch((error) => error);
  expect(error).toBeInstanceOf(SegmentsMissingError);
  expect(error.message).toContain('20 ms are over. Received: orders; malformed: 0');
});

test('stop ends every wait', async () => {
  const waiting = daemon.waitFor(1, 60_000);
  const stopped = daemon.stop();
  await expect(waiting).rejects.toThrow('the daemon is stopped');
  await stopped;
  await daemon.stop();
  await expect(daemon.waitFor(1)).rejects.toThrow('the daemon is stopped');
});

test('a port in use is named', async () => {
  await expect(startXRayDaemon({ port: daemon.port })).rejects.toThrow(PortInUseError);
});
