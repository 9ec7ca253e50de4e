import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { paired } from '../measure/paired.ts';
import type { Subject } from '../measure/subject.ts';
import * as names from '../names.ts';
import { comparedRows } from '../result.ts';

const folder = join(import.meta.dirname, '..', 'subjects', 'warm');

/** What Lambda sets, and a trace that X-Ray has not chosen. */
const ENVIRONMENT = {
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  LAMBDA_TASK_ROOT: '/var/task',
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
  _HANDLER: 'handler.handler',
  _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0',
};

export const warm: Benchmark = {
  name: 'warm',
  title: 'CPU time of the middlewares in a warm request',
  method: [
    'Microseconds of CPU time of the whole process, garbage collection included, of a request that parses and validates an order, adds a metric and writes an info line to a file, unsampled by X-Ray. No table is used.',
    'The preset has all of its middlewares: it writes a line about the request as well, watches the deadline and the memory, maps errors to responses and binds the tables, which the Powertools stack does not do.',
    'Middy alone shows what of the figures is Middy, the event and the handler. Each runs in a process of its own; rounds are interleaved, ratios are medians of the ratios of each round.',
  ],
  packages: [
    '@tabletheory/middy',
    '@middy/core',
    '@aws-lambda-powertools/logger',
    '@aws-lambda-powertools/tracer',
    '@aws-lambda-powertools/metrics',
    '@aws-lambda-powertools/validation',
    '@middy/validator',
  ],
  run: async ({ effort }) => {
    const outputs = mkdtempSync(join(tmpdir(), 'tabletheory-bench-'));
    const subject = (name: string, file: string, argument?: unknown): Subject => ({
      name,
      file: join(folder, file),
      argument,
      environment: ENVIRONMENT,
      output: join(outputs, `${name}.log`),
    });
    const subjects = [
      subject('preset', 'preset.ts'),
      subject(names.POWERTOOLS, 'powertools.ts', 'middy'),
      subject(names.POWERTOOLS_VALIDATION, 'powertools.ts', 'own'),
      subject('Middy alone', 'bare.ts'),
    ];
    try {
      const samples = await paired(subjects, ['request'], { effort, reference: names.POWERTOOLS });
      const rows = comparedRows(samples, { unit: 'µs', against: () => names.POWERTOOLS, ours: names.isOurs });
      return { rows, rounds: effort.rounds };
    } finally {
      rmSync(outputs, { recursive: true });
    }
  },
};
