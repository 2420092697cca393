import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { SegmentError } from '../../../src/errors/segment-error.js';
import { readHead } from '../../../src/input/text/read-head.js';
import { corpusPath, hasCorpora } from '../../support/shared-corpora.js';
import { failureOf, prepare, prepareExisting, useFolder } from '../../support/text-files.js';

const folder = useFolder();

it('gives the first records, ragged ones too, without blank lines', async () => {
  const file = await prepare(folder, '\n\nid,name\n\n1,a\n\n2\n3,c,d\n"4"x,e\n5,f\n');
  expect(file).toMatchObject({ header: ['id', 'name'], headerLine: 3, blankLinesBeforeHeader: 2 });
  expect(await readHead(file, 10)).toEqual([['1', 'a'], ['2'], ['3', 'c', 'd'], ['5', 'f']]);
  expect(await readHead(file, 2)).toEqual([['1', 'a'], ['2']]);
  expect(await readHead(file, 0)).toEqual([]);
});

it('gives as many as it is asked for, or all', async () => {
  const file = await prepare(folder, `id,name\n${'1,a\n'.repeat(300_000)}`);
  expect(await readHead(file, 1000)).toHaveLength(1000);
  expect(await readHead(file, 400_000)).toHaveLength(300_000);
});

it('reads as another parser does, where both follow RFC 4180', async () => {
  const texts = [
    'a,b\n1,"x ""y"" z"\n"2\n3",4\n5,x"y\n',
    'a;b;c\r\n1;"2;3";\r\n"";"";""\r\n',
    'a\tb\n1\t2\n\n3\t"\t"\n',
    'é,"日本"\n😀,"\u0000"\n',
  ];
  for (const text of texts) {
    const file = await prepare(folder, text);
    const options = { delimiter: file.delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
    expect([file.header, ...(await readHead(file, 100))]).toEqual(parse(text, options));
  }
});

/** Known answers that are not about quotes: the corpus states another phone number than its file holds, and takes blank lines for records. */
const NO_ANSWER = new Set(['location_coordinates.csv', 'all-empty.csv', 'empty-one-column.csv', 'header-no-rows.csv']);

describe.skipIf(!hasCorpora)('shared/corpora', () => {
  const cases = hasCorpora
    ? [
        ...readdirSync(corpusPath('csv-spectrum/csvs')).map(
          (name) => [corpusPath('csv-spectrum/csvs/'), corpusPath('csv-spectrum/json/'), name] as const,
        ),
        ...readdirSync(corpusPath('csv-test-data/csv')).map(
          (name) => [corpusPath('csv-test-data/csv/'), corpusPath('csv-test-data/json/'), name] as const,
        ),
      ]
    : [];

  it.each(cases.map(([files, answers, name]) => ({ files, answers, name })))('$name', async ({ files, answers, name }) => {
    const answer = `${answers}${basename(name, '.csv')}.json`;
    let read: unknown;
    try {
      const file = await prepareExisting(folder, `${files}${name}`);
      const records = await readHead(file, 1000);
      read = [file.header, ...records];
    } catch (error) {
      expect(error).toBeInstanceOf(SegmentError);
      expect(name).toMatch(/^(?:bad-|all-empty)/);
      return;
    }
    if (NO_ANSWER.has(name) || name.startsWith('bad-')) return;
    expect(existsSync(answer)).toBe(true);
    expect(asObjects(read)).toEqual(asObjects(JSON.parse(readFileSync(answer, 'utf8'))));
  });

  it('empty-one-column, all-empty and header-no-rows: a blank line is no record', async () => {
    const one = await prepareExisting(folder, corpusPath('csv-test-data/csv/empty-one-column.csv'));
    expect([one.header, await readHead(one, 10)]).toEqual([['foo'], []]);
    const none = await prepareExisting(folder, corpusPath('csv-test-data/csv/header-no-rows.csv'));
    expect([none.header, await readHead(none, 10)]).toEqual([['foo', 'bar', 'baz'], []]);
    expect(await failureOf(() => prepareExisting(folder, corpusPath('csv-test-data/csv/all-empty.csv')))).toMatchObject({
      code: 'file-empty',
    });
  });

  it('location_coordinates: fields as the file holds them', async () => {
    const file = await prepareExisting(folder, corpusPath('csv-spectrum/csvs/location_coordinates.csv'));
    expect(await readHead(file, 10)).toEqual([['2095257564', '37\uFFFD36\'37.8"N 121\uFFFD2\'17.9"W', 'Modesto', 'Stanislaus']]);
  });

  it('a byte flipped anywhere, or a file cut anywhere: an answer or a clear refusal', async () => {
    const path = `${folder.path}/hurt.csv`;
    const whole = readFileSync(corpusPath('csv-spectrum/csvs/quotes_and_newlines.csv'));
    for (let at = 0; at < whole.length; at++) {
      for (const hurt of [whole.subarray(0, at + 1), Buffer.from(whole).fill(whole[at] === 0x22 ? 0x0d : 0x22, at, at + 1)]) {
        writeFileSync(path, hurt);
        try {
          await readHead(await prepareExisting(folder, path), 100);
        } catch (error) {
          expect(error).toBeInstanceOf(SegmentError);
        }
      }
    }
  });
});

/** Both corpora give rows as lists or as objects. */
function asObjects(answer: unknown): unknown {
  const rows = Array.isArray(answer) ? answer : [answer];
  if (!Array.isArray(rows[0])) return rows;
  const [header, ...records] = rows as string[][];
  return records.map((record) => Object.fromEntries((header ?? []).map((name, index) => [name, record[index]])));
}
