import { type CommandContext, type LoadedConfig, UsageError } from '../command.ts';
import { functionPolicy } from '../iam/function-policy.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { describeInfrastructure, type Infrastructure, type Part } from './describe.ts';
import type { InfrastructureConfig, StreamView, TableEncryption } from './infrastructure-config.ts';

/** The options with which commands go before the section `infrastructure` of the configuration. */
export const INFRASTRUCTURE_OPTIONS = {
  only: {
    type: 'string',
    multiple: true,
    value: 'part',
    description: 'Write only this part: tables, functions, api or monitoring (dashboard and alarms)',
  },
  encryption: {
    type: 'string',
    value: 'key',
    description: 'Whose key encrypts the tables: dynamodb, aws, or the ARN of a key',
  },
  stream: {
    type: 'string',
    value: 'view',
    description: 'Tables have a stream: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES',
  },
  vpc: { type: 'boolean', description: 'Functions run in a VPC, with a gateway endpoint for DynamoDB' },
  out: { type: 'string', short: 'o', value: 'file', description: 'Write to this file' },
} as const;

type Context = Pick<CommandContext<typeof INFRASTRUCTURE_OPTIONS>, 'values' | 'config' | 'tell'>;

const PARTS = ['tables', 'functions', 'api', 'monitoring'] as const;
const STREAM_VIEWS: readonly string[] = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];

/**
 * The infrastructure of the configuration, with the options of the command, and the parts that are asked for. The
 * policies of the functions are found as `tabletheory iam` finds them.
 *
 * @throws UsageError when an option has a wrong value.
 */
export async function configuredInfrastructure({
  values,
  config,
  tell,
}: Context): Promise<{ readonly infrastructure: Infrastructure; readonly parts: readonly Part[] }> {
  const parts = partsOf(values.only);
  const loaded = await config();
  const infrastructure = withOptions(loaded.infrastructure ?? {}, values);
  const policies = parts.some((part) => part !== 'tables') ? await policiesOf(loaded, tell) : {};
  return { infrastructure: describeInfrastructure({ ...loaded, infrastructure }, policies), parts };
}

function partsOf(only: readonly string[] | undefined): readonly Part[] {
  const stranger = only?.find((part) => !PARTS.includes(part as Part));
  if (stranger !== undefined) throw new UsageError(`--only ${stranger}: there are ${PARTS.join(', ')}.`);
  return (only as readonly Part[] | undefined) ?? PARTS;
}

function withOptions(
  config: InfrastructureConfig,
  { encryption, stream, vpc }: Context['values'],
): InfrastructureConfig {
  if (stream !== undefined && !STREAM_VIEWS.includes(stream)) {
    throw new UsageError(`--stream ${stream}: there are ${STREAM_VIEWS.join(', ')}.`);
  }
  return {
    ...config,
    tables: {
      ...config.tables,
      ...(encryption !== undefined && { encryption: encryptionNamed(encryption) }),
      ...(stream !== undefined && { stream: stream as StreamView }),
    },
    ...(vpc !== undefined && { vpc }),
  };
}

function encryptionNamed(name: string): TableEncryption {
  if (name === 'dynamodb' || name === 'aws') return name;
  if (name.startsWith('arn:')) return { keyArn: name };
  throw new UsageError(`--encryption ${name}: it is dynamodb, aws, or the ARN of a key.`);
}

async function policiesOf(config: LoadedConfig, tell: (line: string) => void): Promise<Record<string, PolicyDocument>> {
  const policies: Record<string, PolicyDocument> = {};
  for (const name of Object.keys(config.functions ?? {})) {
    const { policy, notes, unread } = await functionPolicy(config, name);
    for (const note of notes) tell(`${name}: ${note}`);
    if (unread.length > 0) tell(`${name}: its policy is wider than it could be; tabletheory iam ${name} tells why.`);
    policies[name] = policy;
  }
  return policies;
}
