import { parseArgs } from 'node:util';
import { type Command, type CommandContext, type CommandResult, type LoadedConfig, UsageError } from './command.ts';
import { commands } from './commands/index.ts';
import { loadConfig } from './config.ts';
import { generalHelp, helpOf, SHARED_OPTIONS } from './help.ts';

/** What the command line runs in. */
export interface CliEnvironment {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/**
 * Runs `tabletheory` with the given arguments.
 *
 * @returns the exit code: 0 done, 1 a check failed or the work could not be done, 2 wrong usage.
 */
export async function runCli(args: readonly string[], environment: CliEnvironment): Promise<0 | 1 | 2> {
  const { stdout, stderr, version } = environment;
  const [first, ...rest] = args;
  try {
    if (first === undefined) {
      stderr(generalHelp(commands));
      return 2;
    }
    if (first === '--version') return say(stdout, version);
    if (first === '--help' || first === '-h') return say(stdout, generalHelp(commands));
    const named = first === 'help' ? rest[0] : first;
    if (named === undefined) return say(stdout, generalHelp(commands));
    const command = commandNamed(named);
    if (first === 'help') return say(stdout, helpOf(command));
    return await runCommand(command, rest, environment);
  } catch (error) {
    if (error instanceof UsageError) {
      stderr(`tabletheory: ${error.message}\n`);
      return 2;
    }
    stderr(`tabletheory: ${described(error)}\n`);
    return 1;
  }
}

/** An error with a name of its own, as those of AWS, says by it what went wrong; of any other, its place helps. */
function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isPlain = /^(Aggregate|Range|Reference|Syntax|Type)?Error$/.test(error.name);
  return isPlain ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}

function say(stdout: (text: string) => void, text: string): 0 {
  stdout(text.endsWith('\n') ? text : `${text}\n`);
  return 0;
}

function commandNamed(name: string): Command {
  const command = commands.find((known) => known.name === name);
  if (command !== undefined) return command;
  const names = commands.map((known) => known.name).join(', ');
  throw new UsageError(`There is no command ${name}. There are: ${names}. See tabletheory --help.`);
}

async function runCommand(
  command: Command,
  args: readonly string[],
  { cwd, env, stdout, stderr }: CliEnvironment,
): Promise<0 | 1> {
  const { values, positionals } = parsed(command, args);
  if (values.help) return say(stdout, helpOf(command));
  if (positionals.length > 0 && command.positionals === undefined) {
    throw new UsageError(`${command.name} takes no arguments, but was given ${positionals[0]}.`);
  }
  let config: Promise<LoadedConfig> | undefined;
  const context: CommandContext<any> = {
    values,
    positionals,
    cwd,
    env,
    config: () => {
      config ??= loadConfig({ cwd, config: values.config, models: values.models });
      return config;
    },
    tell: (line) => stderr(`${line}\n`),
  };
  const result: CommandResult = await command.run(context);
  say(stdout, values.json ? JSON.stringify(result.json, null, 2) : result.text);
  return result.exitCode ?? 0;
}

function parsed(command: Command, args: readonly string[]): { values: any; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      options: { ...command.options, ...SHARED_OPTIONS },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${error.message} See tabletheory ${command.name} --help.`, { cause: error });
  }
}
