import { UsageError } from '../command.ts';
import { alarmsOf } from './alarms.ts';
import { endpointStatements } from './cloudformation-vpc.ts';
import { dashboardBody } from './dashboard.ts';
import { type FunctionDescription, type Infrastructure, ownTables, type Part } from './describe.ts';
import { withoutClash } from './template.ts';
import { alarmResource } from './terraform-alarm.ts';
import { functionResources } from './terraform-functions.ts';
import { tableResource } from './terraform-table.ts';
import { literal, reference, type TerraformReferences, terraformName, withReferences } from './terraform-text.ts';

/** A Terraform configuration in its JSON syntax: the content of a `.tf.json` file. */
export interface TerraformConfiguration {
  readonly terraform: object;
  readonly variable?: Readonly<Record<string, object>>;
  readonly data?: Readonly<Record<string, object>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly output?: Readonly<Record<string, object>>;
}

/** What of an infrastructure Terraform configurations are written of: everything but the API. */
export type TerraformPart = Exclude<Part, 'api'>;

const EVERYTHING: readonly TerraformPart[] = ['tables', 'functions', 'monitoring'];

/**
 * A Terraform configuration of the infrastructure, for version 6 or later of the AWS provider, in the JSON syntax of
 * https://developer.hashicorp.com/terraform/language/syntax/json
 *
 * @throws UsageError when `monitoring` is asked for without `functions`, whose names it needs, when two resources or
 *   variables would have one name, or a function needs a table's key that is named by an alias.
 *
 * @example
 * await writeFile('orders.tf.json', JSON.stringify(terraformConfiguration(infrastructure), null, 2));
 */
export function terraformConfiguration(
  infrastructure: Infrastructure,
  parts: readonly TerraformPart[] = EVERYTHING,
): TerraformConfiguration {
  const { functions, vpc } = infrastructure;
  const made = ownTables(infrastructure.tables);
  if (parts.includes('monitoring') && !parts.includes('functions')) {
    throw new UsageError('Terraform: monitoring refers to the functions; name functions too.');
  }
  const resource: Record<string, Record<string, object>> = {};
  const add = (type: string, id: string, content: object): void => {
    resource[type] = withoutClash([...Object.entries(resource[type] ?? {}), [terraformName(id), content]]);
  };
  const own: Record<string, object> = {};
  // Functions share those of one name.
  const given: Record<string, object> = {};
  const withFunctions = parts.includes('functions') && functions.length > 0;
  if (parts.includes('tables')) for (const table of made) add('aws_dynamodb_table', table.id, tableResource(table));
  if (withFunctions) {
    own.prefix = { type: 'string', default: '', description: 'What the names of functions and roles begin with' };
    for (const description of functions) {
      const made = functionResources(description, infrastructure);
      Object.assign(own, made.variables);
      Object.assign(given, made.given);
      for (const [type, id, content] of made.resources) add(type, id, content);
    }
    if (vpc) {
      Object.assign(own, VPC_VARIABLES);
      add('aws_vpc_endpoint', 'DynamoDBEndpoint', endpoint(infrastructure));
    }
  }
  if (parts.includes('monitoring')) addMonitoring(infrastructure, add);
  const variable = withoutClash([...Object.entries(own), ...Object.entries(given)]);
  return {
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '>= 6.0' } } },
    ...(Object.keys(variable).length > 0 && { variable }),
    // Terraform refuses an empty block, and warns of none that is not used.
    ...(withFunctions && { data: DATA }),
    resource,
    ...(parts.includes('tables') && {
      output: Object.fromEntries(
        made.map(({ id, name }) => [
          `${terraformName(id)}_arn`,
          {
            description: `The ARN of the table ${name}`,
            value: reference(`aws_dynamodb_table.${terraformName(id)}.arn`),
          },
        ]),
      ),
    }),
  };
}

const DATA = {
  aws_caller_identity: { current: {} },
  aws_partition: { current: {} },
  aws_region: { current: {} },
};

const VPC_VARIABLES = {
  vpc_id: { type: 'string', description: 'The VPC the functions run in' },
  route_table_ids: { type: 'list(string)', description: 'The route tables of the subnets of the functions' },
  subnet_ids: { type: 'list(string)', description: 'The subnets the functions run in' },
  security_group_ids: {
    type: 'list(string)',
    description: 'The security groups of the functions; they must let HTTPS out',
  },
};

function endpoint({ tables }: Infrastructure): object {
  return {
    vpc_endpoint_type: 'Gateway',
    service_name: withReferences('com.amazonaws.${AWS::Region}.dynamodb'),
    vpc_id: reference('var.vpc_id'),
    route_table_ids: reference('var.route_table_ids'),
    policy: withReferences(JSON.stringify({ Version: '2012-10-17', Statement: endpointStatements(tables) })),
  };
}

function addMonitoring(infrastructure: Infrastructure, add: (type: string, id: string, content: object) => void): void {
  const { metrics, functions } = infrastructure;
  if (metrics === undefined || functions.length === 0) return;
  const functionName = ({ id }: FunctionDescription): string => `\${${id}}`;
  const names: TerraformReferences = Object.fromEntries(
    functions.map(({ id }) => [id, `aws_lambda_function.${terraformName(id)}.function_name`]),
  );
  const body = dashboardBody(infrastructure, metrics, { functionName, region: '${AWS::Region}' });
  add('aws_cloudwatch_dashboard', 'Dashboard', {
    dashboard_name: `${reference('var.prefix')}${literal(metrics.namespace.replace(/[^\w-]/g, '-'))}`,
    dashboard_body: withReferences(JSON.stringify(body), names),
  });
  for (const alarm of alarmsOf(infrastructure, functionName)) {
    add('aws_cloudwatch_metric_alarm', alarm.id, alarmResource(alarm, metrics.alarmActions ?? [], names));
  }
}
