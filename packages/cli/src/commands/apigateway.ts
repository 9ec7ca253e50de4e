import { choiceOf } from '../choice-of.ts';
import { type Command, defineCommand, UsageError } from '../command.ts';
import { cloudFormationTemplate } from '../infrastructure/cloudformation.ts';
import { describeInfrastructure } from '../infrastructure/describe.ts';
import { openApiDocument } from '../openapi/openapi.ts';
import { requestModels } from '../openapi/request-models.ts';
import { documentText, OUT_OPTION, written } from '../written.ts';

/** `tabletheory apigateway`. */
export const apigateway: Command = defineCommand({
  name: 'apigateway',
  summary: 'An OpenAPI 3.1 document, request models, or the API itself',
  details: `Writes what the section api of the configuration describes:

  openapi         the OpenAPI 3.1 document (default)
  models          the models a REST API checks the bodies of requests against: JSON Schema draft-04
  cloudformation  a template of the API, with its throttling and cache; the functions' ARNs are parameters

  tabletheory apigateway --out openapi.json
  tabletheory apigateway --format models`,
  options: {
    format: {
      type: 'string',
      value: 'format',
      description: 'openapi, models or cloudformation. Default: openapi',
      default: 'openapi',
    },
    yaml: { type: 'boolean', description: 'Write YAML in place of JSON' },
    out: OUT_OPTION,
  },
  async run({ values, cwd, config }) {
    const format = choiceOf('format', values.format, ['openapi', 'models', 'cloudformation']);
    const loaded = await config();
    const { api } = loaded;
    if (api === undefined) throw new UsageError('The configuration has no section api. Add one with title and routes.');
    const documents = {
      openapi: () => openApiDocument(api),
      models: () => requestModels(api),
      cloudformation: () => cloudFormationTemplate(describeInfrastructure(loaded), ['api']),
    };
    const document = documents[format]();
    return written(await documentText(document, values.yaml), { out: values.out, cwd, json: document });
  },
});
