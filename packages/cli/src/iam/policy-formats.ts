import { texts } from '../infrastructure/template.ts';
import { logicalId } from '../logical-id.ts';
import { docComment, quoted } from '../typescript-text.ts';
import type { PolicyDocument, PolicyStatement } from './policy.ts';

/** A policy in CloudFormation: ARNs within `Fn::Sub`, where IAM's own variables are left to IAM. */
export interface CloudFormationPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly unknown[];
}

/** The policy document of a CloudFormation resource. */
export function cloudFormationPolicy({ Version, Statement }: PolicyDocument): CloudFormationPolicy {
  return { Version, Statement: Statement.map(texts) };
}

/** A CloudFormation template of the policy, as a managed policy of its own. */
export function cloudFormationTemplate(functionName: string, policy: PolicyDocument): object {
  const id = `${logicalId(functionName)}Policy`;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: {
      [id]: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Description: `What ${functionName} does with its tables, and nothing else.`,
          PolicyDocument: cloudFormationPolicy(policy),
        },
      },
    },
    Outputs: { [id]: { Value: { Ref: id } } },
  };
}

/** TypeScript for the CDK: a function that grants the policy to a function or role. */
export function cdkSnippet(functionName: string, { Statement }: PolicyDocument): string {
  return `import { Aws, aws_iam as iam } from 'aws-cdk-lib';

${docComment(`Allows what ${functionName} does with its tables, and nothing else.`)}
export function grant${logicalId(functionName)}(grantee: iam.IGrantable): void {
${Statement.map(cdkStatement).join('\n')}
}
`;
}

function cdkStatement({ Sid, Action, Resource, Condition }: PolicyStatement): string {
  const lines = [
    `sid: ${quoted(Sid)},`,
    `actions: [${Action.map(quoted).join(', ')}],`,
    `resources: [${Resource.map(withCdkTokens).join(', ')}],`,
    ...(Condition === undefined ? [] : [`conditions: ${cdkCondition(Condition)},`]),
  ];
  return `  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({
${lines.map((line) => `      ${line}`).join('\n')}
    }),
  );`;
}

function cdkCondition(condition: NonNullable<PolicyStatement['Condition']>): string {
  const operators = Object.entries(condition).map(([operator, keys]) => {
    const compared = Object.entries(keys).map(([key, values]) => `${quoted(key)}: [${values.map(quoted).join(', ')}]`);
    return `${quoted(operator)}: { ${compared.join(', ')} }`;
  });
  return `{ ${operators.join(', ')} }`;
}

const CDK_TOKENS: Readonly<Record<string, string>> = {
  '${AWS::Partition}': '${Aws.PARTITION}',
  '${AWS::Region}': '${Aws.REGION}',
  '${AWS::AccountId}': '${Aws.ACCOUNT_ID}',
};

function withCdkTokens(resource: string): string {
  if (!resource.includes('${AWS::')) return quoted(resource);
  const escaped = resource.replaceAll(/[`\\]|\$\{(?!AWS::)/g, (text) => `\\${text}`);
  return `\`${escaped.replaceAll(/\$\{AWS::\w+\}/g, (token) => CDK_TOKENS[token] ?? token)}\``;
}

/** Where a policy is for: what stands for the variables in its ARNs. */
export interface PolicyPlace {
  readonly partition?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
}

/** A policy with partition, region and account in its ARNs, as far as they are given. */
export function placedPolicy(policy: PolicyDocument, { partition, region, account }: PolicyPlace): PolicyDocument {
  const values: Readonly<Record<string, string | undefined>> = {
    '${AWS::Partition}': partition,
    '${AWS::Region}': region,
    '${AWS::AccountId}': account,
  };
  const placed = (arn: string): string => arn.replaceAll(/\$\{AWS::\w+\}/g, (token) => values[token] ?? token);
  return {
    ...policy,
    Statement: policy.Statement.map((statement) => ({ ...statement, Resource: statement.Resource.map(placed) })),
  };
}
