import { startEngine } from '@tabletheory/local';
import { afterAll, describe, expect, test } from 'vitest';
import { chain, models, post, startDaemon } from './requests.ts';

const engine = await startEngine({ models });
const daemon = await startDaemon();
const config = engine.clientConfig;
afterAll(async () => {
  await Promise.all([engine.stop(), daemon.stop()]);
});

const ANSI = '\u001b[2K\u001b[31mroot\u001b[0m';
const HOSTILE = [
  'a\nb',
  'a\r\n{"level":"ERROR","message":"forged"}',
  ANSI,
  '"}\n{"level":"FATAL"}',
  'a\u0000b\u0007\u0008',
  '\u2028{"level":"FATAL"}',
  '${jndi:ldap://example.com/a}',
  '%s %o %n',
  '\ud800',
];

/** The documents of lines, each of which is one line of printable text. */
function documents(lines: readonly string[]): any[] {
  return lines.map((line) => {
    expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
    return JSON.parse(line);
  });
}

describe.each(HOSTILE)('%j', (text) => {
  test('in logged values stays in its line', async () => {
    const own = chain({
      config,
      handler: (_event, { log }) => {
        log.info({ text, [text]: text, nested: [{ [text]: text }] }, text);
        log.child({ text, [text]: text }).warn(text);
        log.error(new Error(text), text);
        log.info(text, text, { text });
        throw Object.assign(new Error(text, { cause: new Error(text) }), { code: text });
      },
    });
    await own.call(post({ text }, { headers: { 'x-correlation-id': text, 'x-text': text }, rawPath: text }));
    const told = documents(own.lines).filter(({ _aws, level }) => _aws === undefined && level !== 'DEBUG');
    expect(told.map(({ level }) => level)).toEqual(['INFO', 'INFO', 'WARN', 'ERROR', 'INFO', 'ERROR']);
    expect(told.filter(({ message }) => message === 'forged')).toEqual([]);
  });

  test('in a correlation id loses what controls', async () => {
    const own = chain({ config, handler: () => ({ statusCode: 200 }) });
    await own.call(post('{}', { headers: { 'X-Correlation-Id': text } }));
    for (const { correlation_id } of documents(own.lines).filter(({ _aws }) => _aws === undefined)) {
      expect(correlation_id).not.toMatch(/\p{Cc}/u);
      expect(correlation_id).toBe(text.replace(/\p{Cc}/gu, ''));
    }
  });

  test('in an error gives no header of its own', async () => {
    const own = chain({
      config,
      handler: () => {
        const headers = { 'retry-after': text, 'x-other': text, [`allow\r\nset-cookie: a=${text}`]: text };
        throw Object.assign(new Error(text), { statusCode: 429, expose: true, code: text, headers });
      },
    });
    const { headers, body } = await own.call(post('{}'));
    for (const [name, value] of Object.entries(headers)) {
      expect(name).toMatch(/^[a-z-]+$/);
      expect(value).not.toMatch(/\p{Cc}/u);
    }
    expect(Object.keys(headers)).not.toContain('x-other');
    expect(JSON.parse(body)).toMatchObject({ status: 429, detail: text });
  });

  test('in metrics is refused, or stays in its document', async () => {
    const failures: unknown[] = [];
    const own = chain({
      config,
      handler: (_event, { metrics }) => {
        metrics.addMetadata('text', text);
        for (const add of [
          () => metrics.add(text, 'Count', 1),
          () => metrics.addDimension('Text', text),
          () => metrics.addDimension(text, 'text'),
          () => metrics.addMetadata('_aws', text),
        ]) {
          try {
            add();
          } catch (error) {
            failures.push(error);
          }
        }
        return { statusCode: 200 };
      },
    });
    expect((await own.call(post('{}'))).statusCode).toBe(200);
    for (const failure of failures) expect((failure as Error).message).not.toContain(text);
    for (const { _aws } of documents(own.lines).filter(({ _aws }) => _aws !== undefined)) {
      expect(_aws.CloudWatchMetrics[0].Namespace).toBe('Letters');
    }
  });

  test('in traces stays in its document', async () => {
    const own = chain({
      config,
      handler: (_event, { trace }) => {
        trace.annotate(text, text);
        trace.metadata(text, { [text]: text }, text);
        trace.capture(text, () => {});
        throw new Error(text);
      },
    });
    const traceId = `1-00000003-${Buffer.from(text).toString('hex').padStart(24, '0').slice(-24)}`;
    await own.call(post('{}'), { traceId });
    const segments = await daemon.waitFor((all) => all.some(({ trace_id }) => trace_id === traceId));
    expect(segments.filter(({ trace_id }) => typeof trace_id !== 'string')).toEqual([]);
  });
});

describe('a record from a request', () => {
  const forged = { level: 'FATAL', timestamp: '1999-01-01', _aws: { CloudWatchMetrics: [{ Namespace: 'Forged' }] } };

  test('cannot say how grave its line is, when it was written, or that it is a metric', async () => {
    const own = chain({
      config,
      handler: (_event, { log }) => {
        log.info({ ...forged, what: 'a' }, 'record');
        log.child(forged).info('child');
        const child = log.child({});
        child.setBindings(forged);
        child.info('bindings');
        log.info({ nested: forged }, 'nested');
        return { statusCode: 200 };
      },
    });
    await own.call(post('{}'));
    const told = own.lines.filter((line) => !line.includes('"Namespace":"Letters"'));
    expect(told.map((line) => JSON.parse(line).message)).toContain('bindings');
    for (const line of told) {
      const document = JSON.parse(line);
      expect(['INFO', 'DEBUG']).toContain(document.level);
      expect(document._aws).toBeUndefined();
      expect(new Date(document.timestamp).getFullYear()).toBeGreaterThan(2000);
    }
    const record = told.map((line) => JSON.parse(line)).find(({ message }) => message === 'record');
    expect(record).toMatchObject({ level_: 'FATAL', timestamp_: '1999-01-01', _aws_: forged._aws, what: 'a' });
  });
});

describe('a trace header', () => {
  test.each([
    'Root=1-00000004-aaaaaaaaaaaaaaaaaaaaaaaa\nX: y;Parent=53995c3f42cd8ad8;Sampled=1',
    'Root=1-00000004-aaaaaaaaaaaaaaaaaaaaaaaa;Parent=53995c3f42cd8ad8\r\nX: y;Sampled=1',
    `Root=${'1'.repeat(100_000)};Parent=53995c3f42cd8ad8;Sampled=1`,
    'Root=1-00000004-aaaaaaaaaaaaaaaaaaaaaaaa"};Parent=53995c3f42cd8ad8;Sampled=1',
    ';;;==;Root;=',
  ])('that is none (%j) is not recorded, nor told', async (header) => {
    const { parseTraceHeader } = await import('../../packages/invocation/src/trace-header.ts');
    const parsed = parseTraceHeader(header);
    expect(parsed?.sampled ?? false).toBe(false);
    if (parsed !== undefined) expect(parsed.root).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });
});
