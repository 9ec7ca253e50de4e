import body from './order.schema.json' with { type: 'json' };

/** The body's schema within that of the whole event, which @middy/validator takes. */
export const eventSchema = { type: 'object', required: ['body'], properties: { body } };
