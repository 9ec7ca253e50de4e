/** Bytes as DynamoDB's JSON holds them. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The bytes that {@link toBase64} wrote: a plain Uint8Array over memory of its own. */
export function fromBase64(text: string): Uint8Array {
  const buffer = Buffer.from(text, 'base64');
  // A small Buffer lies in a pool that others read and write: it is copied out.
  // Stryker disable next-line ConditionalExpression: to copy any other takes time, and gives the same.
  return buffer.length === buffer.buffer.byteLength ? new Uint8Array(buffer.buffer) : new Uint8Array(buffer);
}
