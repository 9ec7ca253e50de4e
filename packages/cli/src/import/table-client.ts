import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { UsageError } from '../command.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Where a table is. */
export interface TablePlace {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * The client to read a table with. An engine on this machine needs neither region nor credentials: where the
 * environment has none, some are made up for it.
 *
 * @throws UsageError for an endpoint that is no URL, or plain HTTP to another machine.
 */
export function tableClient({ endpoint, region }: TablePlace, env: NodeJS.ProcessEnv): DynamoDBClient {
  const place = region === undefined ? {} : { region };
  if (endpoint === undefined) return new DynamoDBClient(place);
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--endpoint must be a URL, and is ${endpoint}.`);
  const isLocal = LOOPBACK.test(url.hostname);
  if (url.protocol === 'http:' && !isLocal) {
    throw new UsageError('--endpoint must be https, but on this machine: the rows would be readable on their way.');
  }
  const config: DynamoDBClientConfig = { endpoint, ...place };
  if (isLocal && !env.AWS_REGION && region === undefined) config.region = 'us-east-1';
  if (isLocal && !env.AWS_ACCESS_KEY_ID && !env.AWS_PROFILE) {
    config.credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  }
  return new DynamoDBClient(config);
}
