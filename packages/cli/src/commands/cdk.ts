import { type Command, defineCommand, UsageError } from '../command.ts';
import { CDK_NAMES, cdkConstruct } from '../infrastructure/cdk.ts';
import { cloudFormationTemplate } from '../infrastructure/cloudformation.ts';
import { configuredInfrastructure, INFRASTRUCTURE_OPTIONS } from '../infrastructure/configured.ts';
import { written } from '../written.ts';

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
    if (!/^[A-Z]\w*$/.test(values.class) || CDK_NAMES.has(values.class)) {
      const names = [...CDK_NAMES].join(', ');
      throw new UsageError(`--class ${values.class}: begin with a capital letter, and take none of ${names}.`);
    }
    const { infrastructure, parts } = await configuredInfrastructure(context);
    const source = cdkConstruct(cloudFormationTemplate(infrastructure, parts), values.class);
    return written(source, { out: values.out, cwd, json: { source } });
  },
});
