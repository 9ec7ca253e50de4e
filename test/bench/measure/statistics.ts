/** The middle of repeated measurements, and the quartiles around it. */
export interface Spread {
  readonly median: number;
  /** A quarter of the measurements is below. */
  readonly low: number;
  /** A quarter of the measurements is above. */
  readonly high: number;
}

/** Median and quartiles, interpolated between neighbours. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

function quantile(sorted: readonly number[], part: number): number {
  if (sorted.length === 0) throw new RangeError('There is no median of nothing.');
  const position = (sorted.length - 1) * part;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * How many times as much one thing took as another, round by round. Both sides of a pair were measured next to each
 * other, so what slows the machine down for a while slows both.
 */
export function pairedRatio(measured: readonly number[], against: readonly number[]): Spread {
  if (measured.length !== against.length) throw new RangeError('Both need a measurement in every round.');
  return spread(measured.map((value, round) => value / (against[round] as number)));
}
