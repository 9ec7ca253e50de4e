import { type Command, defineCommand, UsageError } from '../command.ts';
import { cdkConstruct } from '../infrastructure/cdk.ts';
import { cloudFormationTemplate } from '../infrastructure/cloudformation.ts';
import { configuredInfrastructure, INFRASTRUCTURE_OPTIONS } from '../infrastructure/configured.ts';
import { written } from '../infrastructure/written.ts';

/** `tabletheory cdk`. */
export const cdk: Command = defineCommand({
  name: 'cdk',
  summary: 'A construct of the AWS CDK in TypeScript: the same as the CloudFormation template',
  details: `Writes a class that extends Construct, for aws-cdk-lib 2, of level 1 constructs.

  tabletheory cdk --out lib/orders-infrastructure.ts --class OrdersInfrastructure`,
  options: {
    ...INFRASTRUCTURE_OPTIONS,
    class: {
      type: 'string',
      value: 'name',
      description: 'The name of the class. Default: TableTheoryInfrastructure',
      default: 'TableTheoryInfrastructure',
    },
  },
  async run(context) {
    const { values, cwd } = context;
    if (!/^[A-Za-z_]\w*$/.test(values.class))
      throw new UsageError(`--class ${values.class}: no class can be named so.`);
    const { infrastructure, parts } = await configuredInfrastructure(context);
    const source = cdkConstruct(cloudFormationTemplate(infrastructure, parts), values.class);
    return written(source, { out: values.out, cwd, json: { source } });
  },
});
