import { resolve } from 'node:path';
import { choiceOf } from '../choice-of.ts';
import { type Command, type CommandResult, defineCommand, type LoadedConfig, UsageError } from '../command.ts';
import { checkPolicy, type PolicyFinding } from '../iam/check-policy.ts';
import { describeFindings, describeUses } from '../iam/describe-policy.ts';
import { type FunctionPolicy, functionPolicy } from '../iam/function-policy.ts';
import { readPolicy } from '../iam/given-policy.ts';
import type { IamConfig } from '../iam/iam-config.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { cdkSnippet, cloudFormationTemplate, placedPolicy } from '../iam/policy-formats.ts';

const DETAILS = `
Finds what the function does with its tables by reading its source (the handler's file and what it imports), and by
recordings of test runs (recordRequests, or node --import tabletheory/record). The policy goes to stdout; what was
found by which, and what could not be read, to stderr.

Examples:
  tabletheory iam createOrder > create-order.policy.json
  tabletheory iam --source src/create-order.ts --models src/models.ts --format cdk
  tabletheory iam createOrder --leading-key 'tenantId=\${aws:PrincipalTag/tenantId}'
  tabletheory iam createOrder --check deployed-policy.json`;

/** `tabletheory iam`. */
export const iam: Command = defineCommand({
  name: 'iam',
  summary: 'The least-privilege policy of a function, or a check of one',
  positionals: '[function]',
  details: DETAILS,
  options: {
    format: {
      type: 'string',
      value: 'format',
      description: 'json, cloudformation or cdk. Default: json',
      default: 'json',
    },
    check: {
      type: 'string',
      value: 'file',
      description: 'Compare this policy: exit code 1 if it lacks something or is too wide',
    },
    source: {
      type: 'string',
      value: 'file',
      description: 'The file of the handler, for a function that is not configured',
    },
    export: { type: 'string', value: 'name', description: 'The name it exports the handler under. Default: handler' },
    recording: { type: 'string', multiple: true, value: 'file', description: 'A recording of a test run' },
    'leading-key': {
      type: 'string',
      multiple: true,
      value: 'attribute=value',
      description: 'What an attribute in partition keys must be',
    },
    'kms-key': {
      type: 'string',
      multiple: true,
      value: 'arn',
      description: 'The KMS key of encrypted attributes: the present one first, then earlier ones',
    },
    xray: { type: 'boolean', description: 'Allow to send traces, whether or not the source imports what sends them' },
    partition: { type: 'string', value: 'name', description: 'In place of ${AWS::Partition}, for example aws' },
    region: { type: 'string', value: 'name', description: 'In place of ${AWS::Region}' },
    account: { type: 'string', value: 'id', description: 'In place of ${AWS::AccountId}' },
  },
  async run({ values, positionals, cwd, config, tell }): Promise<CommandResult> {
    const format = choiceOf('format', values.format, ['json', 'cloudformation', 'cdk']);
    if (positionals.length > 1) throw new UsageError('iam takes one function.');
    const { name, config: asked } = askedFunction(await config(), positionals[0], values, cwd);
    const found = await functionPolicy(asked, name);
    const policy = placedPolicy(found.policy, values);
    if (values.check !== undefined) {
      return checked(found, values.check, checkPolicy(policy, readPolicy(resolve(cwd, values.check))));
    }
    tell(describeUses(found));
    const text = FORMATS[format](name, policy).trimEnd();
    return { text, json: { ...found, policy } };
  },
});

const FORMATS: Readonly<Record<'json' | 'cloudformation' | 'cdk', (name: string, policy: PolicyDocument) => string>> = {
  json: (_name, policy) => JSON.stringify(policy, null, 2),
  cloudformation: (name, policy) => JSON.stringify(cloudFormationTemplate(name, policy), null, 2),
  cdk: cdkSnippet,
};

interface Flags {
  readonly source?: string | undefined;
  readonly export?: string | undefined;
  readonly recording?: readonly string[] | undefined;
  readonly 'leading-key'?: readonly string[] | undefined;
  readonly 'kms-key'?: readonly string[] | undefined;
  readonly xray?: boolean | undefined;
}

/** The function that is asked for, configured with the flags over what its configuration says. */
function askedFunction(
  config: LoadedConfig,
  named: string | undefined,
  flags: Flags,
  cwd: string,
): { name: string; config: LoadedConfig } {
  const { functions = {} } = config;
  const name = named ?? (flags.source === undefined ? onlyFunction(functions) : 'handler');
  const configured = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const handler = flags.source === undefined ? configured?.handler : resolve(cwd, flags.source);
  if (handler === undefined) return { name, config }; // `functionPolicy` says that there is none
  const iamOfFlags: IamConfig = {
    ...(flags['leading-key'] === undefined ? {} : { leadingKeys: leadingKeysIn(flags['leading-key']) }),
    ...(flags['kms-key'] === undefined ? {} : { kmsKey: flags['kms-key'] }),
    ...(flags.xray === undefined ? {} : { xray: flags.xray }),
    ...(flags.recording === undefined ? {} : { recordings: flags.recording.map((file) => resolve(cwd, file)) }),
  };
  const asked = {
    ...configured,
    handler,
    ...(flags.export === undefined ? {} : { export: flags.export }),
    iam: { ...configured?.iam, ...iamOfFlags },
  };
  return { name, config: { ...config, functions: { ...functions, [name]: asked } } };
}

function onlyFunction(functions: object): string {
  const [name, ...others] = Object.keys(functions);
  if (name === undefined) throw new UsageError('Name a function of the configuration, or its file with --source.');
  if (others.length > 0) throw new UsageError(`Name one of the functions: ${[name, ...others].join(', ')}.`);
  return name;
}

function leadingKeysIn(flags: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    flags.map((flag) => {
      const at = flag.indexOf('=');
      if (at < 1) throw new UsageError(`--leading-key takes attribute=value, and was given ${flag}.`);
      return [flag.slice(0, at), flag.slice(at + 1)];
    }),
  );
}

function checked(found: FunctionPolicy, file: string, findings: readonly PolicyFinding[]): CommandResult {
  return {
    text: describeFindings(found, file, findings),
    json: {
      functionName: found.functionName,
      ok: findings.length === 0,
      findings,
      unread: found.unread,
      notes: found.notes,
    },
    exitCode: findings.length === 0 ? 0 : 1,
  };
}
