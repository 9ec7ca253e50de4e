/**
 * A schema as part of a document: its references to itself lead to where it is put, and it names no dialect of its own.
 *
 * @param place the pointer to where it is put, `#/components/schemas/NewOrder`.
 */
export function embeddedSchema(schema: object, place: string): Record<string, unknown> {
  const { $schema: _dialect, $id: _id, ...rest } = schema as Record<string, unknown>;
  return moved(rest, place) as Record<string, unknown>;
}

function moved(value: unknown, place: string): unknown {
  if (Array.isArray(value)) return value.map((element) => moved(element, place));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const isOwn = key === '$ref' && typeof member === 'string' && member.startsWith('#');
      return [key, isOwn ? `${place}${member.slice(1)}` : moved(member, place)];
    }),
  );
}
