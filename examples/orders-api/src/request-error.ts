/** A request that cannot be done. Code and message go to the client, so the message holds no stored data. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly statusCode: number;
  readonly code: string;
  /** Lets `httpErrors` show the message. */
  readonly expose = true;

  constructor(statusCode: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.statusCode = statusCode;
    this.code = code;
  }
}
