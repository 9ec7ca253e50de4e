import type { Models, StreamChange, StreamView, UnreadRecord } from '@tabletheory/core';
import type { BatchResponse } from './batch-response.ts';

/** A change of an item of one of the models, or of the model called `Name`. */
export type ItemChange<
  M extends Models,
  View extends StreamView = 'NEW_AND_OLD_IMAGES',
  Name extends keyof M = keyof M,
> = Extract<StreamChange<M, View>, { readonly model: Name }>;

/** What is to be done for a change of an item, by model. Changes of models left out are passed over. */
export type ChangeHandlers<M extends Models, View extends StreamView = 'NEW_AND_OLD_IMAGES'> = {
  readonly [Name in keyof M]?: ((change: ItemChange<M, View, Name>) => unknown) | undefined;
};

/** The records of one event. */
export interface Changes<M extends Models, View extends StreamView = 'NEW_AND_OLD_IMAGES'> {
  /** The changes of the models' items, in the order of the stream. Records of no model are left out. */
  readonly records: readonly ItemChange<M, View>[];
  /** The records that are of a model's table and key and cannot be read all the same. Their `problems` say why. */
  readonly poison: readonly UnreadRecord[];
  /**
   * Has a function called for each change, by model: changes of one item strictly one after the other, those of different
   * items beside each other, as many as `concurrency` says. When one fails, nothing behind it is begun, because Lambda passes
   * on everything from there on again; when the deadline is reached, nothing is begun or waited for any more.
   *
   * Failures are in the log, and in the response of the request, whether the handler returns them or not.
   *
   * @returns the first record that is not done, as Lambda takes it; none when all are.
   * @throws TypeError when a function is given for something that is no model.
   *
   * @example
   * import middy from '@middy/core';
   * import { defineModel, string } from '@tabletheory/core';
   * import { streams } from '@tabletheory/streams';
   *
   * const Order = defineModel({
   *   name: 'Order',
   *   table: 'orders',
   *   key: { partition: 'orderId' },
   *   attributes: { orderId: string(), status: string() },
   * });
   *
   * export const handler = middy()
   *   .use(streams({ models: { orders: Order } }))
   *   .handler((_event, { changes }) =>
   *     changes.process({
   *       orders: async (change) => {
   *         if (change.eventName === 'INSERT') await sendConfirmation(change.newItem.orderId);
   *       },
   *     }),
   *   );
   *
   * declare function sendConfirmation(orderId: string): Promise<void>;
   */
  readonly process: (handlers: ChangeHandlers<M, View>) => Promise<BatchResponse>;
}
