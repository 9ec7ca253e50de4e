/** Makes the empty objects that are to get one set of properties. */
export type SameShape<T> = new () => Record<string, T>;

/**
 * A constructor of plain objects, for one kind of object alone.
 *
 * What is put into a `{}` under computed names lies outside of the object from the fifth property on, and in a hash
 * table from the twentieth on. The objects of a constructor have as much room of their own as its first objects
 * needed: 15 ns a property instead of 26, and of 75 from the twentieth on.
 */
export function sameShape<T>(): SameShape<T> {
  // V8 makes room for as many properties as it sees assigned to `this`, and 8 more.
  function Shaped(this: Record<string, unknown>, room?: true): void {
    if (room) {
      this.a = this.b = this.c = this.d = this.e = this.f = this.g = this.h = this.i = this.j = this.k = this.l = 0;
      this.m = this.n = this.o = this.p = this.q = this.r = this.s = this.t = this.u = this.v = this.w = this.x = 0;
    }
  }
  Shaped.prototype = Object.prototype;
  return Shaped as unknown as SameShape<T>;
}
