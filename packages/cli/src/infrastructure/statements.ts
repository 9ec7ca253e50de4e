import { UsageError } from '../command.ts';
import { isKeyAlias } from '../iam/key-alias.ts';
import { type PolicyStatement, TRACES } from '../iam/policy.ts';
import type { FunctionDescription, TableDescription } from './describe.ts';
import { allowsTracing } from './operations.ts';

/** Who assumes the role of a function. */
export const ASSUMED_BY_LAMBDA = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
} as const;

/**
 * What a function may do: its policy, its own log, traces, the keys of its tables and, in a VPC, its network
 * interfaces.
 *
 * @param logGroup the ARN of its log group.
 * @throws UsageError when one of its tables is encrypted with a key that is named by an alias.
 */
export function statementsOf(
  description: FunctionDescription,
  tables: readonly TableDescription[],
  { logGroup, vpc }: { readonly logGroup: string; readonly vpc: boolean },
): PolicyStatement[] {
  const { policy, tracing, operations } = description;
  const keys = tables
    .filter(({ name }) => operations === undefined || operations.has(name))
    .flatMap((table) => keyOf(table) ?? []);
  return [
    ...(policy?.Statement ?? []),
    {
      Sid: 'Log',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [`${logGroup}:*`],
    },
    ...(tracing && !allowsTracing(policy) ? [TRACES] : []),
    ...(keys.length > 0 ? [tableKeys([...new Set(keys)])] : []),
    ...(vpc ? [NETWORK] : []),
  ];
}

function keyOf({ name, settings: { encryption } }: TableDescription): string | undefined {
  if (typeof encryption !== 'object') return undefined;
  const { keyArn } = encryption;
  if (!isKeyAlias(keyArn)) return keyArn;
  throw new UsageError(
    `Table ${name} is encrypted with ${keyArn}, an alias, which IAM does not take for a key: name the ARN of its key.`,
  );
}

// Lambda creates and deletes the interfaces in the function's name, and no ARN names them before:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
const NETWORK: PolicyStatement = {
  Sid: 'Network',
  Effect: 'Allow',
  Action: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  Resource: ['*'],
};

// DynamoDB opens the table's key in the caller's name:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
function tableKeys(arns: readonly string[]): PolicyStatement {
  return {
    Sid: 'TableKeys',
    Effect: 'Allow',
    Action: ['kms:Decrypt'],
    Resource: arns,
    Condition: { StringEquals: { 'kms:ViaService': ['dynamodb.${AWS::Region}.${AWS::URLSuffix}'] } },
  };
}
