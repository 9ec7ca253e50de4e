import { choiceOf } from '../choice-of.ts';
import { type CommandContext, type LoadedConfig, UsageError } from '../command.ts';
import { functionPolicy } from '../iam/function-policy.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { OUT_OPTION } from '../written.ts';
import { describeInfrastructure, type Infrastructure, PARTS, type Part } from './describe.ts';
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
  out: OUT_OPTION,
} as const;

type Context = Pick<CommandContext<typeof INFRASTRUCTURE_OPTIONS>, 'values' | 'config' | 'tell'>;

const STREAM_VIEWS: readonly StreamView[] = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];

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
  const parts = values.only?.map((part) => choiceOf('only', part, PARTS)) ?? PARTS;
  const loaded = await config();
  const infrastructure = withOptions(loaded.infrastructure ?? {}, values);
  const policies = parts.includes('functions') || parts.includes('monitoring') ? await policiesOf(loaded, tell) : {};
  return { infrastructure: describeInfrastructure({ ...loaded, infrastructure }, policies), parts };
}

function withOptions(
  config: InfrastructureConfig,
  { encryption, stream, vpc }: Context['values'],
): InfrastructureConfig {
  return {
    ...config,
    tables: {
      ...config.tables,
      ...(encryption !== undefined && { encryption: encryptionNamed(encryption) }),
      ...(stream !== undefined && { stream: choiceOf('stream', stream, STREAM_VIEWS) }),
    },
    ...(vpc !== undefined && { vpc }),
  };
}

function encryptionNamed(name: string): TableEncryption {
  if (name === 'dynamodb' || name === 'aws') return name;
  if (name.startsWith('arn:')) return { keyArn: name };
  throw new UsageError(`--encryption ${name}: there are dynamodb, aws, and the ARN of a key.`);
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
