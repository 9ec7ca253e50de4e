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
  ['query and routes', { query: {}, routes: {} }, /options query and routes exclude each other/],
  ['a part that is no schema', { query: 5 }, /option query must be a function, or option query must be an object/],
  ['a response that is no schema', { body: {}, response: [] }, /option response must be a function/],
  [
    'an unknown part of a route',
    { routes: { 'GET /': { query: {}, quer: {} } } },
    /option routes\["GET \/"\]\.quer is/,
  ],
  ['a part of a route that is no schema', { routes: { 'GET /': { query: null } } }, /\.query must be a schema/],
  ['an asynchronous part', { query: { $async: true } }, /\$async are not supported/],
  ['an asynchronous part of a route', { routes: { 'GET /': { path: { $async: true } } } }, /\$async are not supported/],
  ['a header in capitals', { headers: { properties: { 'X-Key': {} } } }, /option headers names "X-Key"; headers have/],
  ['a required one', { routes: { 'GET /': { headers: { required: ['X-Key'] } } } }, /\]\.headers names "X-Key"/],
  ['a length that is no number', { body: {}, maxBodyBytes: '1' }, /option maxBodyBytes must be a number/],
  ['a length of nothing', { body: {}, maxBodyBytes: 0 }, /option maxBodyBytes must be at least 1/],
  ['vendorMessages that is no boolean', { body: {}, vendorMessages: 1 }, /option vendorMessages must be a boolean/],
  ['no defaults', { body: {}, ajv: { useDefaults: false } }, /option ajv\.useDefaults must be one of true, empty/],
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
  ['parts', { path: {}, query: () => true, headers: { required: ['x-key'] }, maxBodyBytes: 1, response: {} }],
  ['a response alone', { response: {} }],
  ['events', { event: {}, detail: {}, records: {}, vendorMessages: true, ajv: { useDefaults: 'empty' } }],
  ['parts by route', { routes: { 'GET /': { query: {}, response: {} }, 'POST /': {} } }],
  ['routes', { routes: { 'POST /orders': {}, $default: () => true, 'ANY /{proxy+}': {} }, ajv: { strict: false } }],
])('%s is accepted', (_name, options) => {
  expect(() => validatorValidateOptions(options)).not.toThrow();
});
