import { transpileSchema } from '@middy/validator/transpile';
import { eventSchema } from './event-schema.ts';
import { powertoolsHandler } from './powertools-stack.ts';

export const handler = powertoolsHandler(transpileSchema(eventSchema));
