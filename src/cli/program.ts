import { Console } from 'node:console';
import { Command, CommanderError } from 'commander';
import { OperatorError } from '../config/operator-error.js';

/** What a program has of the process that it runs in; `process` is one. */
export interface Terminal {
  env: NodeJS.ProcessEnv;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

/**
 * An operator's program.
 * @param args what follows its name
 * @returns its exit status
 * @throws OperatorError when it can't do what it is asked for
 */
export type Program = (args: string[], terminal: Terminal) => Promise<number>;

/** Runs a program to its end. @returns its exit status: 1 when it fails, after the reason was printed */
export async function runProgram(program: Program, args: string[], terminal: Terminal): Promise<number> {
  try {
    return await program(args, terminal);
  } catch (error) {
    // Commander has printed the help, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode;
    consoleOf(terminal).error(error instanceof OperatorError ? error.message : error);
    return 1;
  }
}

/** Runs a program as this process. */
export async function main(program: Program): Promise<void> {
  const status = await runProgram(program, process.argv.slice(2), process);
  // What fails may leave a connection open, which would keep the process.
  if (status !== 0) process.exit(status);
}

export const consoleOf = ({ stdout, stderr }: Terminal): Console => new Console(stdout, stderr);

/** A command whose messages go to the terminal, and which ends no process. */
export function newCommand(name: string, { stdout, stderr }: Terminal): Command {
  return new Command(name).exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
  });
}
