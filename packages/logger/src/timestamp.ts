// The second it is, the same for every request: it may live here.
let second = Number.NaN;
let text = '';

/** The time as a member of a line. Taking the whole of it from a `Date` each time takes 0.7 µs more. */
export function timestamp(): string {
  const now = Date.now();
  const ms = now % 1000;
  if (now - ms !== second) {
    second = now - ms;
    text = `,"timestamp":"${new Date(second).toISOString().slice(0, -'000Z'.length)}`;
  }
  return `${text}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z"`;
}
