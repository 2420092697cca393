import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MESSAGES } from '../../src/errors/messages.js';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const CODES = Object.keys(MESSAGES);

function textsBelow(folder: string, except: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !join(entry.parentPath, entry.name).endsWith(except))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

describe('the messages', () => {
  it('are each met in some test', () => {
    const tests = textsBelow(TESTS, join('errors', 'messages.test.ts'));
    expect(CODES.filter((code) => !tests.some((text) => text.includes(`'${code}'`) || text.includes(`[${code}]`)))).toEqual([]);
  });

  it('are each given somewhere', () => {
    const sources = textsBelow(SRC, join('errors', 'messages.ts'));
    expect(CODES.filter((code) => !sources.some((text) => text.includes(`'${code}'`)))).toEqual([]);
  });

  it.each(CODES)('%s is named in kebab-case', (code) => {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('each have one hint, which begins small', () => {
    const source = readFileSync(join(SRC, 'errors', 'messages.ts'), 'utf8');
    const blocks = source
      .slice(source.indexOf('export const MESSAGES'))
      .split(/^ {2}(?='?[a-z][a-z-]*'?: \()/m)
      .slice(1);
    expect(blocks).toHaveLength(CODES.length);
    const own = (block: string): boolean => !/columnsMessage\(p\)/.test(block);
    expect(blocks.filter((block) => own(block) && (block.match(/\bhint:/g) ?? []).length !== 1)).toEqual([]);
    expect(blocks.filter((block) => /hint:\s*['`][A-Z]/.test(block))).toEqual([]);
  });

  it('never beg, shout or say invalid', () => {
    const source = readFileSync(join(SRC, 'errors', 'messages.ts'), 'utf8');
    const sentences = [...source.matchAll(/(?:text|hint): ?[^\n]*/g)].map((match) => match[0]);
    expect(sentences.filter((sentence) => /\bplease\b|\binvalid\b|!['`]/i.test(sentence))).toEqual([]);
  });
});
