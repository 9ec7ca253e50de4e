import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result, Row } from '../result.ts';
import { figure, times } from './table.ts';

const WIDTH = 820;
const LABELS = 290;
const BARS = 380;
const BAR = 16;
const LINE = 22;

// Readable on white and on black: the text follows the reader's colour scheme.
const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .group { font-weight: 600; }
  .note { font-size: 12px; fill: #59636e; }
  .ours { font-weight: 600; }
  rect { fill: #afb8c1; }
  rect.ours { fill: #1a7f64; }
  line { stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .note { fill: #9198a1; }
    rect { fill: #59636e; }
    rect.ours { fill: #2fb48e; }
    line { stroke: #3d444d; }
  }
`;

/** A chart of horizontal bars, a group for each thing that was measured; this project's bars are coloured. */
export function chartOf(result: Result): string {
  const parts: string[] = [];
  let y = 28;
  parts.push(text(0, y, 'title', result.title));
  y += 20;
  parts.push(text(0, y, 'note', noteOf(result)));
  for (const group of new Set(result.rows.map((row) => row.group))) {
    const rows = result.rows.filter((row) => row.group === group);
    y += 34;
    parts.push(
      text(0, y, 'group', `${group} (${rows[0]?.unit})`),
      `<line x1="0" x2="${WIDTH}" y1="${y + 6}" y2="${y + 6}"/>`,
    );
    y += 10;
    const longest = scaleOf(rows.map((row) => row.value.median));
    for (const row of rows.toSorted((a, b) => a.value.median - b.value.median)) {
      parts.push(...barOf(row, longest, y));
      y += LINE;
    }
  }
  const height = y + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(result.title)}">
<style>${STYLE}</style>
${parts.join('\n')}
</svg>
`;
}

export function writeChart(result: Result): string {
  const folder = join(import.meta.dirname, '..', 'charts');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${result.name}.svg`);
  writeFileSync(file, chartOf(result));
  return file;
}

function noteOf({ machine, rounds, measuredAt }: Result): string {
  return `Lower is better. Medians of ${rounds} rounds, Node ${machine.node}, ${machine.platform}, ${measuredAt.slice(0, 10)}.`;
}

/** What a bar of full length stands for. One that is far longer than all others would leave nothing of them to see. */
function scaleOf(values: readonly number[]): number {
  const [longest = 1, second = longest] = values.toSorted((a, b) => b - a);
  return longest > 4 * second ? 1.5 * second : longest;
}

function barOf(row: Row, longest: number, y: number): string[] {
  const style = row.ours ? 'ours' : '';
  const length = Math.min(BARS, Math.max(1, (row.value.median / longest) * BARS));
  const cut = row.value.median > longest ? '» ' : '';
  const ratio = row.ratio === undefined || row.against === row.subject ? '' : ` (${times(row.ratio.median)})`;
  return [
    text(LABELS - 10, y + 13, `${style} end`, row.subject, 'end'),
    `<rect class="${style}" x="${LABELS}" y="${y + 1}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
    text(LABELS + length + 8, y + 13, style, `${cut}${figure(row.value.median)}${ratio}`),
  ];
}

function text(x: number, y: number, style: string, content: string, anchor: 'start' | 'end' = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${style.trim()}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
