import { logicalId } from '../logical-id.ts';
import type { FunctionDescription, Infrastructure } from './describe.ts';
import { ASSUMED_BY_LAMBDA, statementsOf } from './statements.ts';
import { literal, reference, terraformName, withReferences } from './terraform-text.ts';

/** A function with its role and its log, the variables they need, and those that are given to its environment. */
export function functionResources(
  description: FunctionDescription,
  { tables, vpc }: Infrastructure,
): {
  readonly variables: Readonly<Record<string, object>>;
  readonly given: Readonly<Record<string, object>>;
  readonly resources: readonly (readonly [type: string, id: string, content: object])[];
} {
  const { id, stem, name, environment } = description;
  const role = `${stem}Role`;
  const logs = `${stem}Logs`;
  const packageOf = `var.${terraformName(`${stem}Package`)}`;
  const given: Record<string, object> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (typeof value === 'string') continue;
    given[terraformName(logicalId(value.parameter))] = {
      type: 'string',
      sensitive: true,
      description: `The environment variable ${variable} of the function ${name}`,
    };
  }
  const fullName = `${reference('var.prefix')}${literal(name)}`;
  const logGroup = 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Logs}';
  const policy = { Version: '2012-10-17', Statement: statementsOf(description, tables, { logGroup, vpc }) };
  const logName = `aws_cloudwatch_log_group.${terraformName(logs)}.name`;
  return {
    variables: {
      [packageOf.slice(4)]: {
        type: 'string',
        description: `The path of the package (zip file) of the function ${name}`,
      },
    },
    given,
    resources: [
      [
        'aws_cloudwatch_log_group',
        logs,
        { name: `/aws/lambda/${fullName}`, retention_in_days: description.logRetention },
      ],
      ['aws_iam_role', role, { name: fullName, assume_role_policy: JSON.stringify(ASSUMED_BY_LAMBDA) }],
      [
        'aws_iam_role_policy',
        role,
        {
          name: stem,
          role: reference(`aws_iam_role.${terraformName(role)}.id`),
          policy: withReferences(JSON.stringify(policy), { Logs: logName }),
        },
      ],
      [
        'aws_lambda_function',
        id,
        {
          function_name: fullName,
          role: reference(`aws_iam_role.${terraformName(role)}.arn`),
          filename: reference(packageOf),
          source_code_hash: reference(`filebase64sha256(${packageOf})`),
          runtime: description.runtime,
          architectures: [description.architecture],
          handler: literal(description.entry),
          memory_size: description.memorySize,
          timeout: description.timeout,
          tracing_config: { mode: description.tracing ? 'Active' : 'PassThrough' },
          logging_config: { log_format: description.logFormat, log_group: reference(logName) },
          ...(Object.keys(environment).length > 0 && { environment: { variables: variablesOf(environment) } }),
          ...(vpc && {
            vpc_config: {
              subnet_ids: reference('var.subnet_ids'),
              security_group_ids: reference('var.security_group_ids'),
            },
          }),
          // The role can be assumed before it may do anything.
          depends_on: [`aws_iam_role_policy.${terraformName(role)}`],
        },
      ],
    ],
  };
}

function variablesOf(environment: FunctionDescription['environment']): object {
  return Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => [
      variable,
      typeof value === 'string' ? literal(value) : reference(`var.${terraformName(logicalId(value.parameter))}`),
    ]),
  );
}
