import type { Segment } from '@tabletheory/local';
import { expect } from 'vitest';
import type { Exchange, OrdersApi } from './orders-api.ts';

/**
 * Checks that a request has one line and one segment, and that they and all else under its ids are its own.
 *
 * @param line what must be in the request line.
 * @returns the segment of the handler.
 */
export async function ownRecords(api: OrdersApi, exchange: Exchange, line: object = {}): Promise<Segment> {
  const { requestId, trace, status } = exchange;
  const requestLines = () => api.lines(exchange).filter(({ message }) => message === 'request');
  await expect
    .poll(requestLines)
    .toEqual([expect.objectContaining({ xray_trace_id: trace.root, status_code: status, ...line })]);
  for (const { function_request_id, xray_trace_id } of api.lines(exchange)) {
    expect([function_request_id, xray_trace_id]).toEqual([requestId, trace.root]);
  }
  const documents = await api.documents(exchange);
  const segments = documents.filter(isHandler).filter(({ in_progress }) => in_progress !== true);
  expect(segments).toEqual([expect.objectContaining({ parent_id: trace.parent })]);
  const [segment] = segments as [Segment];
  for (const document of documents) {
    // What the deadline has had sent ahead: the handler as it was then, and what was done by then.
    if (isHandler(document)) expect(document.id).toBe(segment.id);
    else expect(document.parent_id).toBe(segment.id);
  }
  return segment;
}

function isHandler({ name }: Segment): boolean {
  return name === '## orders';
}
