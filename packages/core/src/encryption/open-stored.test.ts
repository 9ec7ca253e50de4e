import { describe, expect, it, vi } from 'vitest';
import type { AttributeValue } from '../codec/attribute-value.ts';
import { compileModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { DataKeyUnavailableError } from '../errors.ts';
import { defineModel, string } from '../index.ts';
import { DataKeyError } from './data-key-error.ts';
import { openAll, openExisting, openStored } from './open-stored.ts';
import type { Place } from './place.ts';
import { Plaintext, Unopened } from './plaintext.ts';

const Note = compileModel(
  defineModel({
    name: 'Note',
    table: 'notes',
    key: { partition: 'id' },
    attributes: {
      id: string(),
      card: string({ encrypted: true, optional: true, name: 'c' }),
      pin: string({ encrypted: true, optional: true }),
    },
  }),
);
const Tag = compileModel(
  defineModel({ name: 'Tag', table: 'tags', key: { partition: 'id' }, attributes: { id: string() } }),
);

type Open = (
  place: Place,
  attribute: string,
  stored: AttributeValue,
  signal?: AbortSignal,
) => Promise<Plaintext | Unopened>;

/** A connection whose encryption opens as a function does. */
function connectionOf(open: Open, signal?: AbortSignal): Connection {
  return { binding: { signal }, encryption: { open, boundTable: (table: string) => `${table}!` } } as never;
}

const reveals: Open = async (_place, attribute, stored) => new Plaintext(attribute, { S: `${stored.S} opened` });
const failing: Open = async () => {
  throw new DataKeyError('failed');
};

describe('openStored', () => {
  const stored = { id: { S: '1' }, c: { S: 'a' }, pin: { S: 'b' } };

  it('opens what is encrypted at its place, and leaves the rest and the stored item alone', async () => {
    const open = vi.fn(reveals);
    const { signal } = new AbortController();
    const given = structuredClone(stored);
    const opened: any = await openStored(connectionOf(open, signal), Note, given, 'GetItem');
    expect(opened.id).toBe(given.id);
    expect(opened.c).toBeInstanceOf(Plaintext);
    expect(opened.c.reveal()).toEqual({ S: 'a opened' });
    expect(opened.pin.reveal()).toEqual({ S: 'b opened' });
    expect(given).toEqual(stored);
    const place = { table: 'notes!', model: 'Note', key: [['id', 'S:1']] };
    expect(open.mock.calls).toEqual([
      [place, 'c', { S: 'a' }, signal],
      [place, 'pin', { S: 'b' }, signal],
    ]);
  });

  it('asks for nothing where nothing is encrypted', async () => {
    const open = vi.fn(reveals);
    const without = { id: { S: '1' } };
    expect(await openStored(connectionOf(open), Note, without, 'GetItem')).toBe(without);
    expect(open).not.toHaveBeenCalled();
  });

  it('keeps why something could not be opened', async () => {
    const unopened = new Unopened('is not stored encrypted');
    const opened: any = await openStored(
      connectionOf(async () => unopened),
      Note,
      stored,
      'GetItem',
    );
    expect(opened.c).toBe(unopened);
  });

  it('has no attribute where NULL was encrypted for none', async () => {
    const nothing: Open = async (_place, attribute) => new Plaintext(attribute, { NULL: true });
    expect(await openStored(connectionOf(nothing), Note, stored, 'GetItem')).toEqual({ id: { S: '1' } });
  });

  it('fails where there is no key: what was read had been sent for', async () => {
    const error = await openStored(connectionOf(failing), Note, stored, 'GetItem').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DataKeyUnavailableError);
    expect(error).toMatchObject({ operation: 'GetItem', model: 'Note' });
    const reason = new Error('time is up');
    const late = connectionOf(() => Promise.reject(reason), AbortSignal.abort(reason));
    await expect(openStored(late, Note, stored, 'GetItem')).rejects.toMatchObject({ sent: true, cause: reason });
  });
});

describe('openAll', () => {
  const items = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ model: Note, stored: { id: { S: `${i}` }, c: { S: 'x' } } }));

  it('keeps the order, also where later ones are opened first, and leaves items of other models as they are', async () => {
    const slowFirst: Open = async (place, attribute, stored, signal) => {
      if (place.key[0]?.[1] === 'S:0') await new Promise((resolve) => setTimeout(resolve, 10));
      return reveals(place, attribute, stored, signal);
    };
    const tag = { model: Tag, stored: { id: { S: 'tag' }, c: { S: 'y' } } };
    const opened: any[] = await openAll(connectionOf(slowFirst), [...items(2), tag], 'Query');
    expect(opened.map(({ id }) => id.S)).toEqual(['0', '1', 'tag']);
    expect(opened[0].c.reveal()).toEqual({ S: 'x opened' });
    expect(opened[2]).toBe(tag.stored);
    expect(await openAll(connectionOf(reveals), [], 'Query')).toEqual([]);
  });

  it('opens 16 at a time', async () => {
    let running = 0;
    let most = 0;
    const counted: Open = async (...args) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return reveals(...args);
    };
    expect(await openAll(connectionOf(counted), items(40), 'Query')).toHaveLength(40);
    expect(most).toBe(16);
  });

  it('opens no further one after a failure', async () => {
    const open = vi.fn(async (...args: Parameters<Open>) => {
      if (args[0].key[0]?.[1] === 'S:0') return failing(...args);
      await new Promise((resolve) => setImmediate(resolve));
      return reveals(...args);
    });
    await expect(openAll(connectionOf(open), items(40), 'Query')).rejects.toBeInstanceOf(DataKeyUnavailableError);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(open).toHaveBeenCalledTimes(16);
  });
});

describe('openExisting', () => {
  const stored = { id: { S: '1' }, c: { S: 'a' } };

  it('opens an item, or gives it as it is stored', async () => {
    const opened: any = await openExisting(connectionOf(reveals), Note, stored, 'PutItem');
    expect(opened.c.reveal()).toEqual({ S: 'a opened' });
    expect(await openExisting(connectionOf(failing), Note, stored, 'PutItem')).toBe(stored);
  });
});
