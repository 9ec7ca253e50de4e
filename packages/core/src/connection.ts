import type { Client, Handler } from './command/client.ts';
import type { Binding } from './observe.ts';

/** What every action sends through. */
export interface Connection {
  readonly client: Client;
  /** The request the tables are used in, or nothing. */
  readonly binding: Binding;
  /** Signs cursors, when given. */
  readonly cursorSecret?: string | undefined;
  /** Answers in place of the network, while the client is warmed up. */
  readonly handle?: Handler | undefined;
}
