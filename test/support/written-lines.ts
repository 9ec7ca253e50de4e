/** A destination for the logger that keeps its lines. */
export function keepLines(): { destination: { write(line: string): void }; lines: () => any[] } {
  const written: string[] = [];
  return {
    destination: { write: (line) => void written.push(line) },
    lines: () => written.map((line) => JSON.parse(line)),
  };
}
