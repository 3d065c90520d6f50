import { Writable } from 'node:stream';
import { type Program, runProgram } from '../../src/cli/program.js';
import { expectNoSecrets } from './secrets-in-output.js';

/** How a program ended and what it wrote. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs an operator's program in this process, with no environment but `env`; fails when it writes a secret. */
export async function runHere(program: Program, args: string[], env: Record<string, string>): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const into = (output: keyof typeof written) =>
    new Writable({ decodeStrings: false, write: (text: string, _, done) => ((written[output] += text), done()) });
  const code = await runProgram(program, args, { env, stdout: into('stdout'), stderr: into('stderr') });
  expectNoSecrets([{ program: `cli/${program.name}`, env, written }], new Set());
  return { code, ...written };
}
