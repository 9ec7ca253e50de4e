/** A new id of a subsegment or an exception: 16 hexadecimal digits. */
export function randomId(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex');
}
