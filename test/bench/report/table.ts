import type { Result, Row } from '../result.ts';
import type { Verdict } from './budget-check.ts';

/** A result as lines for the terminal: a table of subjects by groups, after method, versions and machine. */
export function resultLines(result: Result): string[] {
  const { machine } = result;
  return [
    '',
    `${result.title}`,
    '',
    ...result.method.flatMap((sentence) => wrapped(sentence, 110)),
    `${machine.processor}, ${machine.cores} cores, ${machine.memory} GB, ${machine.platform}, Node ${machine.node}; ${result.rounds} rounds`,
    ...wrapped(
      Object.entries(result.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
      110,
    ),
    '',
    ...tableOf(result.rows),
  ];
}

/** Subjects as rows and groups as columns; groups that do not fit beside the others go below. */
function tableOf(rows: readonly Row[]): string[] {
  const groups = unique(rows.map((row) => row.group));
  const lines: string[] = [];
  for (let start = 0; start < groups.length; start += 4) {
    const columns = groups.slice(start, start + 4);
    const shown = rows.filter((row) => columns.includes(row.group));
    const table = [
      ['', ...columns.map((group) => headOf(group, shown))],
      ...unique(shown.map((row) => row.subject)).map((subject) => [
        subject,
        ...columns.map((group) => cellOf(shown.find((row) => row.group === group && row.subject === subject))),
      ]),
    ];
    lines.push(...aligned(table), '');
  }
  return lines;
}

function headOf(group: string, rows: readonly Row[]): string {
  const unit = rows.find((row) => row.group === group)?.unit;
  return `${group}, ${unit}`;
}

function cellOf(row: Row | undefined): string {
  if (row === undefined) return '–';
  return row.ratio === undefined ? figure(row.value.median) : `${figure(row.value.median)}  ${times(row.ratio.median)}`;
}

/** Three digits. */
export function figure(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** A ratio. */
export function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
}

/** Budgets as lines for the terminal. */
export function budgetLines(verdicts: readonly Verdict[]): string[] {
  const table = verdicts.map(({ budget, measured, holds }) => [
    holds ? 'holds' : 'BROKEN',
    `${budget.benchmark}: ${budget.group}, ${budget.subject}`,
    measured === undefined ? 'not measured' : amount(measured, budget.of),
    `budget ${amount(budget.limit, budget.of)}`,
  ]);
  return ['', ...aligned(table)];
}

function amount(value: number, of: 'ratio' | 'value'): string {
  // A digit more than in the tables: what is broken by a little should look so.
  return of === 'ratio' ? `${value.toFixed(3)}×` : `${figure(value)} KB`;
}

function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) =>
    row
      .map((cell, column) =>
        column < 1 || isText(cell) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd(),
  );
}

/** Figures are flush right, words flush left. */
function isText(cell: string): boolean {
  return !/^[\d–]/.test(cell);
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
