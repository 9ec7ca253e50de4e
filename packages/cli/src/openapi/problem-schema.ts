/** The schema of a problem document, as `@tabletheory/http-errors` writes it: RFC 9457, with `code` and `errors`. */
export const PROBLEM_SCHEMA: object = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri-reference', default: 'about:blank' },
    title: { type: 'string', description: 'The phrase of the status.' },
    status: { type: 'integer', minimum: 100, maximum: 599 },
    detail: { type: 'string', description: 'What went wrong, for a person to read.' },
    instance: { type: 'string', description: 'The id of the request.' },
    code: { type: 'string', description: 'What went wrong, for a program to read.' },
    errors: {
      type: 'array',
      description: 'What is wrong with the request.',
      items: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'A JSON pointer to the value.' },
          message: { type: 'string' },
          keyword: { type: 'string', description: 'The JSON Schema keyword it violates.' },
        },
        required: ['path', 'message', 'keyword'],
      },
    },
  },
  required: ['title', 'status'],
};
