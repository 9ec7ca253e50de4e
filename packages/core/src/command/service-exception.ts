/**
 * What DynamoDB refused a request with, on a client without the SDK's exception classes: it has their `name`, `$fault`
 * and `$metadata`.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export class ServiceException extends Error {
  readonly $fault: 'client' | 'server';

  constructor(status: number, { __type = '', Message = '', message = Message }: Refusal) {
    super(message);
    this.name = __type.slice(__type.indexOf('#') + 1) || 'UnknownError';
    this.$fault = status < 500 ? 'client' : 'server';
  }
}

interface Refusal {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}
