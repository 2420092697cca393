import { withOpenFile } from '../../files/with-open-file.js';
import { readTextChunks, withoutMark } from './read-text-chunks.js';

/** The names of the columns, for each number of fields that a record may have. */
export type BlankSeparated = Readonly<Record<number, readonly string[]>>;

const HEAD_BYTES = 64 * 1024;
const BLANKS = /[ \t]+/;
const LINE_END = /\r\n|\n|\r/;
/** Signs that separate fields in files of other kinds. */
const DELIMITERS = /[,;|]/;
const NUMBER = /^[+-]?[0-9]+([.][0-9]+)?$/;

/**
 * The header of a UTF-8 file whose fields are separated by blanks, and whether it stands in the file; undefined when the first
 * line is of another kind, or has a number of fields that no list of names has.
 */
export async function blankSeparatedHeader(
  path: string,
  names: BlankSeparated,
): Promise<{ readonly header: readonly string[]; readonly isInFile: boolean } | undefined> {
  const line = (await firstLines(path)).find((text) => text.trim() !== '') ?? '';
  const fields = fieldsOf(line);
  const known = names[fields.length];
  if (known === undefined || DELIMITERS.test(line)) return undefined;
  return fields.some((field) => NUMBER.test(field)) ? { header: known, isInFile: false } : { header: fields, isInFile: true };
}

/** The same records with commas between the fields, line by line, so that lines keep their numbers. */
export async function* withCommas(path: string): AsyncGenerator<Buffer> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of readTextChunks(path)) {
    const text = rest + decoder.decode(chunk, { stream: true });
    // A CR at the end may be half of a line end.
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, end).split(LINE_END);
    rest = (lines.pop() ?? '') + text.slice(end);
    if (lines.length > 0) yield Buffer.from(`${lines.map(csvLine).join('\n')}\n`);
  }
  rest += decoder.decode();
  const last = rest.split(LINE_END);
  if (last.at(-1) === '') last.pop();
  if (last.length > 0) yield Buffer.from(`${last.map(csvLine).join('\n')}\n`);
}

async function firstLines(path: string): Promise<string[]> {
  return withOpenFile(path, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return withoutMark(buffer.subarray(0, bytesRead)).toString('utf8').split(LINE_END);
  });
}

function fieldsOf(line: string): string[] {
  const text = line.trim();
  return text === '' ? [] : text.split(BLANKS);
}

function csvLine(line: string): string {
  return fieldsOf(line)
    .map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
