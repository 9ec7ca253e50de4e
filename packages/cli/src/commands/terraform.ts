import { type Command, defineCommand } from '../command.ts';
import { configuredInfrastructure, INFRASTRUCTURE_OPTIONS } from '../infrastructure/configured.ts';
import { terraformConfiguration } from '../infrastructure/terraform.ts';
import { written } from '../infrastructure/written.ts';

/** `tabletheory terraform`. */
export const terraform: Command = defineCommand({
  name: 'terraform',
  summary: 'A Terraform configuration in JSON: tables, functions, dashboard and alarms',
  details: `Writes a .tf.json file for version 6 or later of the AWS provider. The API is not part of it.

  tabletheory terraform --out orders.tf.json`,
  options: INFRASTRUCTURE_OPTIONS,
  async run(context) {
    const { values, cwd, tell } = context;
    const { infrastructure, parts } = await configuredInfrastructure(context);
    if (infrastructure.api !== undefined && parts.includes('api')) tell('The API is not part of the Terraform output.');
    const configuration = terraformConfiguration(
      infrastructure,
      parts.filter((part) => part !== 'api'),
    );
    return written(JSON.stringify(configuration, null, 2), { out: values.out, cwd, json: configuration });
  },
});
