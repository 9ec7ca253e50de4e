import type { Command } from '../command.ts';
import { apigateway } from './apigateway.ts';
import { cdk } from './cdk.ts';
import { cloudformation } from './cloudformation.ts';
import { exportModels } from './export.ts';
import { iam } from './iam.ts';
import { importModels } from './import.ts';
import { terraform } from './terraform.ts';
import { validators } from './validators.ts';

/** The commands, in the order of `--help`. */
export const commands: readonly Command[] = [
  iam,
  cloudformation,
  cdk,
  terraform,
  apigateway,
  validators,
  importModels,
  exportModels,
];
