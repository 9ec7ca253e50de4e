import { describe, expect, it } from 'vitest';
import { requestText, type SentRequest } from './request-text.ts';

function requestWith(changes: Partial<SentRequest> = {}): SentRequest {
  return { hostname: 'localhost', port: 8000, path: '/', method: 'POST', headers: {}, body: '{}', ...changes };
}

function withHeaders(headers: Record<string, unknown>): SentRequest {
  return requestWith({ headers: headers as Record<string, string> });
}

describe('requestText', () => {
  it('writes a request, with the headers in their order', () => {
    const headers = { Host: 'a:1', 'x-amz-target': 'T.Get', 'content-length': '2', 'x-empty': '', 'x-tab': 'a\tb' };
    expect(requestText(requestWith({ headers }))).toBe(
      'POST / HTTP/1.1\r\nHost: a:1\r\nx-amz-target: T.Get\r\ncontent-length: 2\r\nx-empty: \r\nx-tab: a\tb\r\n\r\n{}',
    );
  });

  it.each<[string, Partial<SentRequest>, string]>([
    ['the host', {}, 'POST / HTTP/1.1\r\nhost: localhost:8000\r\ncontent-length: 2\r\n\r\n{}'],
    ['a length in bytes', { body: 'ü' }, 'POST / HTTP/1.1\r\nhost: localhost:8000\r\ncontent-length: 2\r\n\r\nü'],
    [
      'no port where there is none',
      { port: undefined, method: 'GET', body: undefined, path: '/v1?a=%20' },
      'GET /v1?a=%20 HTTP/1.1\r\nhost: localhost\r\n\r\n',
    ],
    [
      'brackets of an address',
      { hostname: '::1', body: undefined, headers: {} },
      'POST / HTTP/1.1\r\nhost: [::1]:8000\r\ncontent-length: 0\r\n\r\n',
    ],
    [
      'a length where there is a body',
      { method: 'PATCH' },
      'PATCH / HTTP/1.1\r\nhost: localhost:8000\r\ncontent-length: 2\r\n\r\n{}',
    ],
    [
      'a length where one is awaited',
      { method: 'PUT', body: null as never },
      'PUT / HTTP/1.1\r\nhost: localhost:8000\r\ncontent-length: 0\r\n\r\n',
    ],
    [
      'no bytes where there are none',
      { body: new Uint8Array() },
      'POST / HTTP/1.1\r\nhost: localhost:8000\r\ncontent-length: 0\r\n\r\n',
    ],
    [
      'none where they are',
      { hostname: '[::1]', body: '' },
      'POST / HTTP/1.1\r\nhost: [::1]:8000\r\ncontent-length: 0\r\n\r\n',
    ],
  ])('adds %s', (_what, changes, text) => {
    expect(requestText(requestWith(changes))).toBe(text);
  });

  it('writes bytes as they are', () => {
    const body = new Uint8Array([0, 13, 10, 255]);
    const text = requestText(requestWith({ body }));
    expect(text).toEqual(
      Buffer.concat([Buffer.from('POST / HTTP/1.1\r\nhost: localhost:8000\r\ncontent-length: 4\r\n\r\n'), body]),
    );
  });

  it('takes what is not text as its text', () => {
    expect(requestText(withHeaders({ 'x-count': 1 }))).toContain('x-count: 1\r\n');
  });

  const bad = ['\r', '\n', '\0', '\x7f', '\x1b', 'é', '\u0100', '\u{1f600}', '\u010d\u010a', '\r\nx-more: 1'];

  it.each(bad)('refuses %j in the value of a header, without quoting the value', (text) => {
    for (const value of [text, `secret${text}`, `${text}secret`]) {
      expect(() => requestText(withHeaders({ 'x-a': value }))).toThrow(
        new TypeError('The header x-a has no value, or one with characters that a header cannot have'),
      );
    }
  });

  it.each([undefined, null])('refuses %s as the value of a header', (value) => {
    expect(() => requestText(withHeaders({ 'x-a': value }))).toThrow(TypeError);
  });

  it.each(['', ' ', 'x a', 'x:', 'x(', ...bad])('refuses %j as the name of a header', (name) => {
    expect(() => requestText(withHeaders({ [name]: '1' }))).toThrow(/cannot be the name of a header/);
  });

  it.each(['', 'a', ' /', '/a b', '/a HTTP/1.1\r\nx: 1\r\n\r\n', '/ü'])('refuses the path %j', (path) => {
    expect(() => requestText(requestWith({ path }))).toThrow(
      new TypeError('The path of the request must begin with / and be percent-encoded'),
    );
  });

  it.each(['', 'GET /', 'GET\r\n'])('refuses the method %j', (method) => {
    expect(() => requestText(requestWith({ method }))).toThrow(
      new TypeError('The method of the request contains a character that no method has'),
    );
  });

  it.each(['a\r\nx: 1', 'a b\n'])('refuses the host %j', (hostname) => {
    expect(() => requestText(requestWith({ hostname }))).toThrow(
      new TypeError('The name of the host contains a character that no host has'),
    );
  });

  it.each(['1', '3', '2, 2', '+2', '02', '2.0', ''])('refuses %j as the length of two bytes', (length) => {
    expect(() => requestText(withHeaders({ 'Content-Length': length }))).toThrow(
      new TypeError('The content-length is not that of the body, 2'),
    );
  });

  it('refuses a transfer-encoding', () => {
    expect(() => requestText(withHeaders({ 'Transfer-Encoding': 'chunked' }))).toThrow(/transfer-encoding/);
  });

  it.each([{}, [1], 5, new ArrayBuffer(1), new ReadableStream()])('refuses %o as a body', (body) => {
    expect(() => requestText(requestWith({ body: body as never }))).toThrow(
      /^The body of a request must be a string or a Uint8Array/,
    );
  });
});
