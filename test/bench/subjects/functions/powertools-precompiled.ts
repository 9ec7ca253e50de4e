// @ts-expect-error The bundler puts the standalone code of the schema here.
import validate from 'precompiled-event-schema';
import { powertoolsHandler } from './powertools-stack.ts';

export const handler = powertoolsHandler(validate);
