import type { AttributeValue } from '../codec/attribute-value.ts';

/**
 * The value of an encrypted attribute outside its envelope: between the codec and the encryption, in both directions.
 * Being no `AttributeValue` of DynamoDB, it cannot be sent, stored or printed by mistake: a request that holds one
 * cannot be made into JSON.
 */
export class Plaintext {
  /** None of DynamoDB's types: where one is looked for, none is found. */
  declare readonly S?: never;
  /** The name the attribute is stored under. */
  readonly attribute: string;
  readonly #value: AttributeValue;

  constructor(attribute: string, value: AttributeValue) {
    this.attribute = attribute;
    this.#value = value;
  }

  /** The value itself. */
  reveal(): AttributeValue {
    return this.#value;
  }

  /** @throws TypeError always. */
  toJSON(): never {
    throw new TypeError(`${this.attribute} is an encrypted attribute, and was about to be sent unencrypted`);
  }
}

/** The stored value of an encrypted attribute that could not be opened, with the reason. */
export class Unopened {
  declare readonly S?: never;
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}
