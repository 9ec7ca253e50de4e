import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Reply, Request, Subject } from './subject.ts';

/** The variables a Lambda function has, and nothing of the person's own that an SDK would read. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  TZ: ':UTC',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'a-session-token-of-the-length-that-such-tokens-have'.repeat(8),
  AWS_LAMBDA_FUNCTION_NAME: 'orders',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
};

/** A subject's process. It answers one request at a time. */
export class SubjectProcess {
  readonly subject: Subject;
  readonly #child: ChildProcess;
  #pending: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;

  constructor(subject: Subject) {
    this.subject = subject;
    const output = subject.output === undefined ? undefined : openSync(subject.output, 'a');
    const worker = join(import.meta.dirname, 'worker.ts');
    this.#child = fork(worker, [subject.file, JSON.stringify(subject.argument ?? null)], {
      serialization: 'advanced',
      env: { ...ENVIRONMENT, ...subject.environment },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', output ?? 'ignore', 'inherit', 'ipc'],
    });
    if (output !== undefined) closeSync(output);
    this.#child.on('message', (reply: Reply) => {
      const pending = this.#pending;
      this.#pending = undefined;
      if ('error' in reply) pending?.reject(new Error(`${subject.name}: ${reply.error}`));
      else pending?.resolve(reply);
    });
    this.#child.on('exit', (code) => this.#pending?.reject(new Error(`${subject.name}: its process ended (${code}).`)));
  }

  #ask(request: Request): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#child.send(request);
    });
  }

  /** What a workload comes to. */
  async result(workload: string): Promise<unknown> {
    const reply = await this.#ask({ ask: 'result', workload });
    return 'result' in reply ? reply.result : undefined;
  }

  /** Microseconds of CPU time for one time, as the mean of many. */
  async run(workload: string, times: number): Promise<number> {
    const reply = await this.#ask({ ask: 'run', workload, times });
    return 'cpu' in reply ? reply.cpu / times : Number.NaN;
  }

  stop(): void {
    // Some libraries stay after a SIGTERM.
    this.#child.kill('SIGKILL');
  }
}
