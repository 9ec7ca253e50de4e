import { StringDecoder } from 'node:string_decoder';

/** Turns chunks of output into lines. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line);
  }

  /** Hands over a last line that has no line break. */
  end(): void {
    const line = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (line !== '') this.#onLine(line);
  }
}
