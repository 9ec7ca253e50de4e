/** A straight line through readings. */
export interface Line {
  /** By how much `y` grows with each `x`. */
  readonly slope: number;
  /** How well the line describes the readings (R²): 0 not at all, 1 exactly. */
  readonly fit: number;
  /** By how much the line rises from the first reading to the last. */
  readonly rise: number;
  readonly readings: number;
}

/** The last readings of something, and the line of least squares through them. */
export class Trend {
  readonly #xs: number[] = [];
  readonly #ys: number[] = [];
  readonly #size: number;
  #line: Line | undefined;
  #sum = 0;
  #taken = 0;

  /** @param size how many readings are kept. */
  constructor(size: number) {
    this.#size = size;
  }

  add(x: number, y: number): void {
    this.#xs.push(x);
    this.#ys.push(y);
    this.#sum += y;
    if (this.#xs.length > this.#size) {
      this.#xs.shift();
      this.#sum -= this.#ys.shift() as number;
      // Taking away leaves rounding errors behind: now and then the sum is made anew.
      if (++this.#taken % this.#size === 0) this.#sum = sumOf(this.#ys);
    }
    this.#line = undefined;
  }

  /** `undefined` for fewer than two readings. */
  line(): Line | undefined {
    this.#line ??= this.#fit();
    return this.#line;
  }

  #fit(): Line | undefined {
    const readings = this.#xs.length;
    if (readings < 2) return undefined;
    const meanX = sumOf(this.#xs) / readings;
    const meanY = sumOf(this.#ys) / readings;
    let xx = 0;
    let xy = 0;
    let yy = 0;
    for (let i = 0; i < readings; i++) {
      const dx = (this.#xs[i] as number) - meanX;
      const dy = (this.#ys[i] as number) - meanY;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
    const slope = xy / xx;
    const rise = slope * ((this.#xs.at(-1) as number) - (this.#xs[0] as number));
    return { slope, rise, readings, fit: yy === 0 ? 1 : (xy * xy) / (xx * yy) };
  }

  /** The mean of the readings; `undefined` without one. */
  mean(): number | undefined {
    return this.#ys.length === 0 ? undefined : this.#sum / this.#ys.length;
  }
}

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
