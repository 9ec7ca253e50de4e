import type { Command, CommandOptions } from './command.ts';

/** The options of every command. */
export const SHARED_OPTIONS: CommandOptions = {
  config: { type: 'string', value: 'file', description: 'The configuration. Default: tabletheory.config.ts' },
  models: {
    type: 'string',
    value: 'file',
    description: 'A module that exports models, in place of a configuration',
  },
  json: { type: 'boolean', description: 'Print the result as JSON' },
  help: { type: 'boolean', short: 'h', description: 'Print this' },
};

/** The text of `tabletheory --help`. */
export function generalHelp(commands: readonly Command[]): string {
  return `tabletheory: infrastructure from your DynamoDB models, and models from your tables.

Usage: tabletheory <command> [options]

Commands:
${columns(commands.map(({ name, summary }) => [name, summary]))}

Options:
${optionLines({ help: SHARED_OPTIONS.help as CommandOptions[string] })}
${columns([['    --version', 'Print the version']])}

tabletheory <command> --help tells more of a command.

Exit codes: 0 done, 1 a check failed or the work could not be done, 2 wrong usage.
`;
}

/** The text of `tabletheory <command> --help`. */
export function helpOf({ name, summary, positionals, details, options }: Command): string {
  const own = Object.keys(options).length > 0 ? `\nOptions:\n${optionLines(options)}\n` : '';
  return `${summary}

Usage: tabletheory ${name}${positionals === undefined ? '' : ` ${positionals}`} [options]
${details === undefined ? '' : `\n${details.trim()}\n`}${own}
Options of every command:
${optionLines(SHARED_OPTIONS)}
`;
}

function optionLines(options: CommandOptions): string {
  return columns(
    Object.entries(options).map(([name, { short, value, type, description, multiple }]) => {
      const operand = type === 'string' ? ` <${value ?? 'value'}>${multiple ? ' …' : ''}` : '';
      return [`${short === undefined ? '    ' : `-${short}, `}--${name}${operand}`, description];
    }),
  );
}

const WIDTH = 32;
const LINE = 100;

/** Two columns; a name too long for its own stands on a line of its own, a long text is wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const indent = ' '.repeat(WIDTH);
  return rows
    .map(([name, text]) => {
      const head = `  ${name}`;
      const lines = wrapped(text, LINE - WIDTH);
      const first = head.length < WIDTH ? head.padEnd(WIDTH) : `${head}\n${indent}`;
      return first + lines.join(`\n${indent}`);
    })
    .join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
