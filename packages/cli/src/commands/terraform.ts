import { type Command, defineCommand, UsageError } from '../command.ts';
import { configuredInfrastructure, INFRASTRUCTURE_OPTIONS } from '../infrastructure/configured.ts';
import { terraformConfiguration } from '../infrastructure/terraform.ts';
import { written } from '../written.ts';

/** `tabletheory terraform`. */
export const terraform: Command = defineCommand({
  name: 'terraform',
  summary: 'A Terraform configuration in JSON: tables, functions, dashboard and alarms',
  details: `Writes a .tf.json file for version 6 or later of the AWS provider. The API is not part of it.

  tabletheory terraform --out orders.tf.json`,
  options: {
    ...INFRASTRUCTURE_OPTIONS,
    only: {
      ...INFRASTRUCTURE_OPTIONS.only,
      description: 'Write only this part: tables, functions or monitoring (dashboard and alarms)',
    },
  },
  async run(context) {
    const { values, cwd, tell } = context;
    const { infrastructure, parts } = await configuredInfrastructure(context);
    const others = parts.filter((part) => part !== 'api');
    if (others.length === 0) throw new UsageError('--only api: the API is not part of the Terraform output.');
    if (infrastructure.api !== undefined && parts.includes('api')) tell('The API is not part of the Terraform output.');
    const configuration = terraformConfiguration(infrastructure, others);
    return written(JSON.stringify(configuration, null, 2), { out: values.out, cwd, json: configuration });
  },
});
