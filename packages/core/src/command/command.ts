import type { Binding } from '../observe.ts';
import type { Tries } from '../retry.ts';
import type { ClientConfig, Handler, MiddlewareStack } from './client.ts';
import type { ResolvedEndpoint } from './endpoint.ts';
import { pipelineOf } from './pipeline.ts';

/** What goes with one command on its way, beside its input. */
export interface Call {
  readonly binding: Binding;
  readonly tries: Tries;
  /** The names or ARNs of the tables that are touched. */
  readonly tables: readonly string[];
  /** Answers in place of the client's request handler. */
  readonly handle?: Handler | undefined;
  /** Where the request goes, once it has been written. */
  endpoint?: ResolvedEndpoint;
}

/**
 * A DynamoDB operation on its way through a client: `client.send(command)` sends it. Its input and output are
 * DynamoDB's own JSON, so that neither is walked through on the way.
 *
 * It is a command as the SDK defines one, but it finds its way through the client's middleware once per client and
 * operation, instead of once per request; what belongs to the request travels in `call`, also its signal.
 */
export class DynamoCommand<Input extends object = object> {
  readonly name: string;
  readonly input: Input;
  readonly call: Call;

  constructor(name: string, input: Input, call: Call) {
    this.name = name;
    this.input = input;
    this.call = call;
  }

  /** Called by the client. */
  resolveMiddleware(stack: MiddlewareStack, config: ClientConfig): Handler {
    return pipelineOf(stack, config, this.name);
  }
}
