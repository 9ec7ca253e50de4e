import { expect, it } from 'vitest';
import { validatorValidateOptions } from './options.ts';
import { validator } from './validator.ts';

it.each([
  ['no options', undefined, /options must be an object/],
  ['no schema', {}, /option body is missing; give it or routes/],
  ['body and routes', { body: {}, routes: {} }, /options body and routes exclude each other/],
  ['a body that is no schema', { body: 'object' }, /option body must be a function, or option body must be an object/],
  ['a route that is no schema', { routes: { 'GET /': 1 } }, /option routes\.GET \/ must be a function/],
  ['a misspelt route', { routes: { 'post /orders': {} } }, /option routes has the key "post \/orders"/],
  ['an asynchronous schema', { body: { $async: true } }, /\$async are not supported/],
  ['an asynchronous validator', { body: Object.assign(() => {}, { $async: true }) }, /\$async are not supported/],
  ['an asynchronous route', { routes: { 'GET /': { $async: true } } }, /\$async are not supported/],
  ['a context key that is empty', { body: {}, contextKey: '' }, /option contextKey must not be empty/],
  ['a language that is no function', { body: {}, languages: { de: 'de' } }, /option languages\.de must be a function/],
  ['an unknown option', { body: {}, schema: {} }, /option schema is unknown/],
])('%s is a TypeError', (_name, options, message) => {
  expect(() => validatorValidateOptions(options)).toThrow(message);
  expect(() => validatorValidateOptions(options)).toThrow(TypeError);
  expect(() => validator(options as { body: object })).toThrow(message);
});

it.each([
  ['a schema', { body: { type: 'object' } }],
  [
    'a compiled validator',
    { body: () => true, contextKey: 'order', defaultLanguage: 'fr', languages: { fr: () => {} } },
  ],
  ['routes', { routes: { 'POST /orders': {}, $default: () => true, 'ANY /{proxy+}': {} }, ajv: { strict: false } }],
])('%s is accepted', (_name, options) => {
  expect(() => validatorValidateOptions(options)).not.toThrow();
});
