import { counted } from '../counted.ts';
import type { PolicyFinding } from './check-policy.ts';
import type { FunctionPolicy } from './function-policy.ts';

/** What a function does, by what that was found, and what is not known: for people. */
export function describeUses(found: FunctionPolicy): string {
  const { functionName, uses, files, recordings } = found;
  const rows = uses.map(({ action, table, index, models, foundBy, places }) => [
    action,
    index === undefined ? table : `${table}/${index}`,
    models.join(', '),
    foundBy.length === 2 ? 'source and recording' : `${foundBy[0]} only`,
    places.length > 2 ? `${places.slice(0, 2).join(', ')} and ${places.length - 2} more` : places.join(', '),
  ]);
  const from = [
    counted(files.length, 'source file'),
    ...(recordings.length > 0 ? [counted(recordings.length, 'recording')] : []),
  ];
  return [
    `${functionName}: ${counted(uses.length, 'use')} of tables, found in ${from.join(' and ')}.`,
    ...aligned(rows).map((row) => `  ${row}`),
    ...remarks(found),
  ].join('\n');
}

/** The outcome of a check, for people. */
export function describeFindings(found: FunctionPolicy, file: string, findings: readonly PolicyFinding[]): string {
  const messages = (wanted: PolicyFinding['kind']): string[] =>
    findings.filter(({ kind }) => kind === wanted).map(({ message }) => message);
  const outcome = findings.length === 0 ? 'allows what it needs, and nothing else' : 'is not what it needs';
  return [
    `${found.functionName}: ${file} ${outcome}.`,
    ...section('Missing', messages('missing')),
    ...section('Too wide', messages('wide')),
    ...remarks(found),
  ].join('\n');
}

function remarks({ unread, notes }: FunctionPolicy): string[] {
  const places = unread.map(({ place, reason, models }) => `${place}: ${reason}${takenFor(models)}`);
  return [...section('Could not be read', places), ...section('Note', notes)];
}

function takenFor(models: readonly string[]): string {
  return models.length === 0 ? '' : ` Allowed for: ${models.join(', ')}.`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
}
