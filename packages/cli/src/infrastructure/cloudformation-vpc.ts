import { tableArn } from '../iam/policy.ts';
import type { TableDescription } from './describe.ts';
import { OPERATIONS } from './operations.ts';
import { type Fragment, ref, text, texts } from './template.ts';

/** The statements of the endpoint's policy: operations on the items of these tables, and nothing else. */
export function endpointStatements(tables: readonly TableDescription[]): object[] {
  return [
    {
      Effect: 'Allow',
      Principal: '*',
      // Transactions are allowed by their parts.
      Action: [...OPERATIONS.filter((name) => !name.startsWith('Transact')), 'ConditionCheckItem'].map(
        (name) => `dynamodb:${name}`,
      ),
      Resource: tables.flatMap(({ given }) => [tableArn(given), tableArn(given, '*')]),
    },
  ];
}

/** The gateway endpoint through which a VPC reaches DynamoDB, as `AWS::EC2::VPCEndpoint`. */
export function vpcFragment(tables: readonly TableDescription[]): Fragment {
  return {
    parameters: {
      VpcId: { Type: 'AWS::EC2::VPC::Id', Description: 'The VPC the functions run in' },
      RouteTableIds: { Type: 'CommaDelimitedList', Description: 'The route tables of the subnets of the functions' },
    },
    resources: {
      DynamoDBEndpoint: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: {
          VpcEndpointType: 'Gateway',
          ServiceName: text('com.amazonaws.${AWS::Region}.dynamodb'),
          VpcId: ref('VpcId'),
          RouteTableIds: ref('RouteTableIds'),
          PolicyDocument: { Version: '2012-10-17', Statement: texts(endpointStatements(tables)) },
        },
      },
    },
  };
}
