import { apiFragment } from '../openapi/cloudformation-api.ts';
import { functionFragment } from './cloudformation-functions.ts';
import { monitoringFragment } from './cloudformation-monitoring.ts';
import { tableFragment } from './cloudformation-tables.ts';
import { vpcFragment } from './cloudformation-vpc.ts';
import { type Infrastructure, ownTables, PARTS, type Part } from './describe.ts';
import { otherTemplate, sameTemplate } from './function-references.ts';
import { type Fragment, type Template, withoutClash } from './template.ts';

/**
 * A CloudFormation template of the infrastructure, or of some parts of it. API, dashboard and alarms refer to the
 * functions; in a template without them, by parameters.
 *
 * @throws UsageError when two resources or parameters would have one name, or a function needs a table's key that is
 *   named by an alias.
 *
 * @example
 * const infrastructure = describeInfrastructure({ models: { orders: Order } });
 * await writeFile('template.json', JSON.stringify(cloudFormationTemplate(infrastructure, ['tables']), null, 2));
 */
export function cloudFormationTemplate(infrastructure: Infrastructure, parts: readonly Part[] = PARTS): Template {
  const references = parts.includes('functions') ? sameTemplate : otherTemplate(infrastructure.functions);
  const fragments: Fragment[] = [
    ...(parts.includes('tables') ? [tableFragment(ownTables(infrastructure.tables))] : []),
    ...(parts.includes('functions') ? functions(infrastructure) : []),
    ...(parts.includes('api') && infrastructure.api !== undefined ? [apiFragment(infrastructure, references)] : []),
    ...(parts.includes('monitoring') ? [monitoringFragment(infrastructure, references)] : []),
  ];
  const parameters = withoutClash(fragments.flatMap((fragment) => Object.entries(fragment.parameters ?? {})));
  const outputs = Object.assign({}, ...fragments.map((fragment) => fragment.outputs));
  const resources = withoutClash(fragments.flatMap((fragment) => Object.entries(fragment.resources)));
  withoutClash<object>([...Object.entries(parameters), ...Object.entries(resources)]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Tables ${infrastructure.tables.map(({ name }) => name).join(', ')}, and what belongs to them`,
    ...(Object.keys(parameters).length > 0 && { Parameters: parameters }),
    Resources: resources,
    ...(Object.keys(outputs).length > 0 && { Outputs: outputs }),
  };
}

function functions(infrastructure: Infrastructure): Fragment[] {
  const endpoint = infrastructure.vpc && infrastructure.functions.length > 0;
  return [functionFragment(infrastructure), ...(endpoint ? [vpcFragment(infrastructure.tables)] : [])];
}
