import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from '../support/run-cli.js';
import { type CodeBlock, codeBlocks } from './readme-blocks.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));

/** What a block of commands put on the screen. */
export interface BlockOutput {
  readonly block: CodeBlock;
  readonly text: string;
}

/**
 * Runs the `sh` blocks of a text one after the other, in one folder that holds the fixtures. Lines are `segment …`, also with
 * `> FILE` or `< FILE`, and `head -n N FILE`; `npm ci` before them is taken as done. A block ends in 0, or as its `exit=` says.
 */
export async function runShellBlocks(markdown: string): Promise<BlockOutput[]> {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-readme-')));
  try {
    cpSync(FIXTURES, join(cwd, 'fixtures'), { recursive: true });
    const outputs: BlockOutput[] = [];
    for (const block of codeBlocks(markdown).filter(({ language }) => language === 'sh')) {
      let text = '';
      for (const line of block.lines) text += await runLine(line, block, cwd);
      outputs.push({ block, text });
    }
    return outputs;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** The words of the part of a line that the test runs: nothing for `npm`. */
export function commandOf(line: string): string[] {
  const command = line.replace(/^npm ci && /, '').replace(/^npx segment /, 'segment ');
  return command.startsWith('npm ') ? [] : [...command.matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? word[2] ?? '');
}

async function runLine(line: string, { info }: CodeBlock, cwd: string): Promise<string> {
  const [program, ...words] = commandOf(line);
  if (program === undefined) return '';
  if (program === 'head' && words[0] === '-n') {
    const lines = readFileSync(join(cwd, words[2] ?? ''), 'utf8').split('\n');
    return `${lines.slice(0, Number(words[1])).join('\n')}\n`;
  }
  if (program !== 'segment') throw new Error(`the README runs ${line}, which its test does not know`);
  const target = words.at(-2) === '>' ? words.splice(-2)[1] : undefined;
  const source = words.at(-2) === '<' ? words.splice(-2)[1] : undefined;
  const stdin = source === undefined ? {} : { stdin: readFileSync(join(cwd, source)) };
  const { stdout, stderr, exitCode } = await runCli(words, { cwd, ...stdin });
  const expected = Number(/^exit=(\d+)$/.exec(info)?.[1] ?? 0);
  if (exitCode !== expected) throw new Error(`${line} ended in ${exitCode}, not in ${expected}:\n${stderr}`);
  if (target === undefined) return stdout + stderr;
  writeFileSync(join(cwd, target), stdout);
  return stderr;
}
