import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import type { Models } from '@tabletheory/core';
import { type Child, endChild, spawnChild } from './child.ts';
import { engineBinary } from './engine-binary.ts';
import { createTables, type TablesToCreate } from './engine-tables.ts';
import { freePort, PortInUseError } from './port.ts';

const READY_WITHIN_MS = 30_000;
const POLL_MS = 20;
const STOP_GRACE_MS = 2_000;
const STDERR_TAIL = 2_000;

/** Options of `startEngine`. */
export interface EngineOptions {
  /** The port to listen on; without it, a free one. */
  readonly port?: number | undefined;
  /** A file that keeps the tables between runs; without it they are in memory. */
  readonly dbPath?: string | undefined;
  /** Models whose tables are created, if they do not exist. */
  readonly models?: Models | undefined;
}

/** What a `DynamoDBClient` needs to talk to the engine. */
export interface EngineClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A DynamoDB engine that runs. */
export interface Engine extends AsyncDisposable {
  /** The engine's URL, for `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly endpoint: string;
  readonly port: number;
  /** For `new DynamoDBClient(engine.clientConfig)`. */
  readonly clientConfig: EngineClientConfig;
  /**
   * Creates the tables of models, with their time to live, or tables defined as for DynamoDB, and waits until each is
   * active. A table that exists already is left as it is, but for its time to live.
   */
  createTables(tables: TablesToCreate): Promise<void>;
  /** Ends the engine and waits until its process is gone. An engine this function did not start is left alone. */
  stop(): Promise<void>;
}

/** The engine ended, or did not answer, before it was ready. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
  readonly code = 'ENGINE_START';
  /** The end of what the engine wrote to standard error. */
  readonly stderr: string;

  constructor(problem: string, stderr = '') {
    const tail = stderr.trim().slice(-STDERR_TAIL);
    super(`The local DynamoDB engine ${problem}.${tail === '' ? '' : ` It said: ${tail}`}`);
    this.stderr = tail;
  }
}

/**
 * Starts a local DynamoDB engine and waits until it answers. Where `AWS_ENDPOINT_URL_DYNAMODB` is set, that engine is
 * used instead, with an access key of this call's own, and `stop()` leaves it running. An engine that was started
 * cannot outlive this process.
 *
 * @throws EngineMissingError when there is no engine on this machine.
 * @throws PortInUseError when `port` is taken.
 * @throws EngineStartError when the engine ends or stays silent.
 * @example
 * const engine = await startEngine();
 * const client = new DynamoDBClient(engine.clientConfig);
 * await client.send(new ListTablesCommand({}));
 * await engine.stop();
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const existing = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const engine = existing ? await existingEngine(existing) : await ownEngine(options);
  try {
    if (options.models !== undefined) await engine.createTables(options.models);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return engine;
}

async function existingEngine(endpoint: string): Promise<Engine> {
  await untilReady(endpoint, () => undefined);
  const url = new URL(endpoint);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  // Some engines keep tables apart by access key: those of two callers must not meet in the one engine they share.
  // Letters and digits: other keys are refused by DynamoDB Local.
  return engineAt(endpoint, port, `local${randomUUID().replaceAll('-', '')}`, async () => {});
}

async function ownEngine(options: EngineOptions): Promise<Engine> {
  const binary = engineBinary();
  const port = await freePort(options.port);
  const args = ['--port', String(port)];
  if (options.dbPath !== undefined) args.push('--db-path', options.dbPath);
  const child = spawnChild(binary, args);
  const endpoint = `http://127.0.0.1:${port}`;
  const problem = watchStart(child, port);
  try {
    await untilReady(endpoint, problem);
  } catch (error) {
    await endChild(child, 0);
    throw error;
  }
  return engineAt(endpoint, port, 'local', () => endChild(child, STOP_GRACE_MS));
}

/** Tells, whenever asked, what went wrong with a starting engine so far. */
function watchStart(child: Child, port: number): () => Error | undefined {
  let failure: Error | undefined;
  let stderr = '';
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_TAIL);
  });
  child.once('error', (error) => {
    failure = new EngineStartError(`could not be started (${error.message})`);
  });
  child.once('close', (code, signal) => {
    if (/already in use/i.test(stderr)) failure = new PortInUseError(port);
    else failure ??= new EngineStartError(`ended with ${signal ?? `code ${code}`} before it was ready`, stderr);
  });
  return () => failure;
}

async function untilReady(endpoint: string, problem: () => Error | undefined): Promise<void> {
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const status = await listTables(endpoint);
    const failure = problem();
    if (failure !== undefined) throw failure;
    if (status === 200) return;
    if (performance.now() > giveUpAt) {
      const answer = status === undefined ? 'did not answer' : `answered with status ${status}, not 200,`;
      throw new EngineStartError(`at ${endpoint} ${answer} for ${READY_WITHIN_MS / 1000} seconds`);
    }
    await wait(POLL_MS);
  }
}

/** The status of the answer, if there is one. */
function listTables(endpoint: string): Promise<number | undefined> {
  const send = endpoint.startsWith('https:') ? secureRequest : request;
  return new Promise((resolve) => {
    const probe = send(endpoint, {
      method: 'POST',
      agent: false, // A kept-alive socket would outlive `stop()`.
      timeout: 5_000,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        // Local engines look for a key but do not check the signature.
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
        'x-amz-date': '20260101T000000Z',
      },
    });
    probe.on('response', (response) => {
      resolve(response.statusCode);
      response.resume();
    });
    probe.once('timeout', () => probe.destroy());
    probe.once('error', () => resolve(undefined));
    probe.once('close', () => resolve(undefined));
    probe.end('{}');
  });
}

function engineAt(endpoint: string, port: number, accessKeyId: string, end: () => Promise<void>): Engine {
  const clientConfig: EngineClientConfig = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
  };
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= end();
    return stopped;
  };
  return {
    endpoint,
    port,
    clientConfig,
    createTables: (tables) => createTables(clientConfig, tables),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
