import { type Command, defineCommand } from '../command.ts';
import { cloudFormationTemplate } from '../infrastructure/cloudformation.ts';
import { configuredInfrastructure, INFRASTRUCTURE_OPTIONS } from '../infrastructure/configured.ts';
import { documentText, written } from '../written.ts';

/** `tabletheory cloudformation`. */
export const cloudformation: Command = defineCommand({
  name: 'cloudformation',
  summary: 'A CloudFormation template: tables, functions, API, dashboard and alarms',
  details: `Writes a template of the tables of the models, the functions with their policies, the API, and a
dashboard and alarms on the metrics of @tabletheory/metrics.

  tabletheory cloudformation --out template.json
  tabletheory cloudformation --only tables --models ./src/models.ts --yaml`,
  options: {
    ...INFRASTRUCTURE_OPTIONS,
    yaml: { type: 'boolean', description: 'Write YAML in place of JSON' },
  },
  async run(context) {
    const { infrastructure, parts } = await configuredInfrastructure(context);
    const template = cloudFormationTemplate(infrastructure, parts);
    const { values, cwd } = context;
    return written(await documentText(template, values.yaml), { out: values.out, cwd, json: template });
  },
});
