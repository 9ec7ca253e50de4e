import { expect, it } from 'vitest';
import type { PolicyDocument } from './policy.ts';
import { cdkSnippet, cloudFormationTemplate, placedPolicy } from './policy-formats.ts';

const policy: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OrdersTable',
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Resource: ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['T#${aws:PrincipalTag/t}#*'] } },
    },
    { Sid: 'Traces', Effect: 'Allow', Action: ['xray:PutTraceSegments'], Resource: ['*'] },
  ],
};

it('makes a CloudFormation template', () => {
  expect(cloudFormationTemplate('create-order', policy)).toEqual({
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: {
      CreateOrderPolicy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Description: 'What create-order does with its tables, and nothing else.',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'OrdersTable',
                Effect: 'Allow',
                Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
                Resource: [
                  {
                    'Fn::Sub': 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders',
                  },
                ],
                Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['T#${aws:PrincipalTag/t}#*'] } },
              },
              { Sid: 'Traces', Effect: 'Allow', Action: ['xray:PutTraceSegments'], Resource: ['*'] },
            ],
          },
        },
      },
    },
    Outputs: { CreateOrderPolicy: { Value: { Ref: 'CreateOrderPolicy' } } },
  });
});

it('makes a CDK function', () => {
  expect(cdkSnippet('create-order', policy)).toBe(`import { Aws, aws_iam as iam } from 'aws-cdk-lib';

/** Allows what create-order does with its tables, and nothing else. */
export function grantCreateOrder(grantee: iam.IGrantable): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({
      sid: 'OrdersTable',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resources: [\`arn:\${Aws.PARTITION}:dynamodb:\${Aws.REGION}:\${Aws.ACCOUNT_ID}:table/orders\`],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['T#\${aws:PrincipalTag/t}#*'] } },
    }),
  );
  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({
      sid: 'Traces',
      actions: ['xray:PutTraceSegments'],
      resources: ['*'],
    }),
  );
}
`);
});

it('puts in partition, region and account', () => {
  const [first] = placedPolicy(policy, { partition: 'aws', account: '123456789012' }).Statement;
  expect(first?.Resource).toEqual(['arn:aws:dynamodb:${AWS::Region}:123456789012:table/orders']);
  expect(first?.Condition).toEqual(policy.Statement[0]?.Condition);
});

it('writes TypeScript whatever a function and a tenant are called', () => {
  const statement = { Sid: 'A', Effect: 'Allow', Action: [], Resource: ['a'] } as const;
  const Condition = { StringEquals: { 'aws:PrincipalTag/t': ["it's\n${t}"] } };
  const source = cdkSnippet('a*/b', { Version: '2012-10-17', Statement: [{ ...statement, Condition }] });
  expect(source).toContain('/** Allows what a*\\/b does');
  expect(source).toContain("['it\\'s\\n${t}']");
});
