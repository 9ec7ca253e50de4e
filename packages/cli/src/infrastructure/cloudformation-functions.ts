import { logicalId } from '../logical-id.ts';
import type { FunctionDescription, Infrastructure } from './describe.ts';
import { ASSUMED_BY_LAMBDA, statementsOf } from './statements.ts';
import {
  attribute,
  type Fragment,
  type Resource,
  ref,
  type TemplateParameter,
  texts,
  withoutClash,
} from './template.ts';

/** The functions with their roles and logs, as `AWS::Lambda::Function`, `AWS::IAM::Role` and `AWS::Logs::LogGroup`. */
export function functionFragment(infrastructure: Infrastructure): Fragment {
  const { functions, vpc } = infrastructure;
  if (functions.length === 0) return { resources: {} };
  const own: Record<string, TemplateParameter> = {
    CodeBucket: { Type: 'String', Description: 'The S3 bucket with the packages (zip files) of the functions' },
    ...(vpc && VPC_PARAMETERS),
  };
  // Functions share those of one name.
  const given: Record<string, TemplateParameter> = {};
  const resources: Record<string, Resource> = {};
  for (const description of functions) {
    const { id, stem, name, environment } = description;
    const logs = `${stem}Logs`;
    const role = `${stem}Role`;
    own[`${stem}CodeKey`] = { Type: 'String', Description: `The S3 key of the package of the function ${name}` };
    for (const [variable, value] of Object.entries(environment)) {
      if (typeof value === 'string') continue;
      given[logicalId(value.parameter)] = {
        Type: 'String',
        NoEcho: true,
        Description: `The environment variable ${variable} of the function ${name}`,
      };
    }
    resources[logs] = {
      Type: 'AWS::Logs::LogGroup',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: { RetentionInDays: description.logRetention },
    };
    resources[role] = roleResource(description, infrastructure, logs);
    resources[id] = functionResource(description, { logs, role, vpc });
  }
  return { parameters: withoutClash([...Object.entries(own), ...Object.entries(given)]), resources };
}

function roleResource(description: FunctionDescription, { tables, vpc }: Infrastructure, logs: string): Resource {
  // The log group's own attribute Arn ends in `:*`, so its ARN is put together of its name.
  const logGroup = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${${logs}}`;
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: ASSUMED_BY_LAMBDA,
      Policies: [
        {
          PolicyName: description.stem,
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: texts(statementsOf(description, tables, { logGroup, vpc })),
          },
        },
      ],
    },
  };
}

function functionResource(
  description: FunctionDescription,
  { logs, role, vpc }: { readonly logs: string; readonly role: string; readonly vpc: boolean },
): Resource {
  const { stem, environment } = description;
  const variables = Object.entries(environment).map(([variable, value]) => [
    variable,
    typeof value === 'string' ? value : ref(logicalId(value.parameter)),
  ]);
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: description.runtime,
      Architectures: [description.architecture],
      Handler: description.entry,
      Code: { S3Bucket: ref('CodeBucket'), S3Key: ref(`${stem}CodeKey`) },
      Role: attribute(role, 'Arn'),
      MemorySize: description.memorySize,
      Timeout: description.timeout,
      TracingConfig: { Mode: description.tracing ? 'Active' : 'PassThrough' },
      LoggingConfig: { LogFormat: description.logFormat, LogGroup: ref(logs) },
      ...(variables.length > 0 && { Environment: { Variables: Object.fromEntries(variables) } }),
      ...(vpc && { VpcConfig: { SubnetIds: ref('SubnetIds'), SecurityGroupIds: ref('SecurityGroupIds') } }),
    },
  };
}

const VPC_PARAMETERS: Readonly<Record<string, TemplateParameter>> = {
  SubnetIds: { Type: 'List<AWS::EC2::Subnet::Id>', Description: 'The subnets the functions run in' },
  SecurityGroupIds: {
    Type: 'List<AWS::EC2::SecurityGroup::Id>',
    Description: 'The security groups of the functions; they must let HTTPS out',
  },
};
