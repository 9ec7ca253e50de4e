export { defineConfig, type TableTheoryConfig } from './config.ts';
export type { FunctionConfig } from './function-config.ts';
export type { IamConfig } from './iam/iam-config.ts';
export {
  type PolicyCondition,
  type PolicyDocument,
  type PolicyInput,
  type PolicyResult,
  type PolicyStatement,
  policyFor,
} from './iam/policy.ts';
export { type CloudFormationPolicy, cdkSnippet, cloudFormationPolicy } from './iam/policy-formats.ts';
export type { ItemAction, TableUse } from './iam/table-use.ts';
export { cdkConstruct } from './infrastructure/cdk.ts';
export { cloudFormationTemplate } from './infrastructure/cloudformation.ts';
export {
  describeInfrastructure,
  type FunctionDescription,
  type Infrastructure,
  type Part,
  type TableDescription,
} from './infrastructure/describe.ts';
export type { FunctionSettings } from './infrastructure/function-settings.ts';
export type {
  InfrastructureConfig,
  MetricsSettings,
  StreamView,
  TableEncryption,
  TableSettings,
} from './infrastructure/infrastructure-config.ts';
export type { Resource, Template, TemplateParameter } from './infrastructure/template.ts';
export { type TerraformConfiguration, type TerraformPart, terraformConfiguration } from './infrastructure/terraform.ts';
export type {
  ApiConfig,
  ApiResponse,
  ApiRoute,
  CacheSettings,
  ParameterSchema,
  Throttling,
} from './openapi/api-config.ts';
export { type OpenApiDocument, openApiDocument } from './openapi/openapi.ts';
export { requestModels } from './openapi/request-models.ts';
export { type RequestRecording, recordRequests } from './record-requests.ts';
export { type StandaloneValidator, standaloneValidator, type ValidatorSource } from './validators/standalone.ts';
