import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

/** One thing that happens to the folder of exports between two nights. */
type Step =
  | { readonly kind: 'next' | 'late'; readonly rows: readonly Row[] }
  /** The number-th file is written anew with other rows, or goes on. */
  | { readonly kind: 'corrected' | 'grown'; readonly number: number; readonly rows: readonly Row[] }
  /** The number-th file is there a second time, or the night is run again with nothing new. */
  | { readonly kind: 'copied'; readonly number: number }
  | { readonly kind: 'again' };

interface Row {
  readonly user: number;
  /** Days since the first. */
  readonly day: number;
  readonly minute: number;
  readonly event: string;
  readonly amount: string;
  /** Few ids, so that they repeat within and across files. */
  readonly id: number | undefined;
}

const EVENTS = ['login', 'purchase', 'refund', 'uninstall', 'email_sent'] as const;
const HEAD = 'event_id,user_id,occurred_at,event,amount,plan\n';
const DAYS = 30;

const row = (day: number): fc.Arbitrary<Row> =>
  fc.record({
    user: fc.integer({ min: 1, max: 6 }),
    day: fc.integer({ min: Math.max(0, day - 3), max: day }),
    minute: fc.integer({ min: 0, max: 1439 }),
    event: fc.constantFrom(...EVENTS),
    amount: fc.constantFrom('', '5', '12.50', 'x'),
    id: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
  });

const rows = (day: number): fc.Arbitrary<Row[]> => fc.array(row(day), { minLength: 1, maxLength: 25 });

const steps: fc.Arbitrary<Step[]> = fc
  .tuple(
    ...Array.from({ length: 6 }, (_, night) =>
      fc.oneof(
        { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const), rows: rows(20 + night) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('late' as const), rows: rows(8) }) },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constantFrom('corrected' as const, 'grown' as const),
            number: fc.nat(night),
            rows: rows(20 + night),
          }),
        },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('copied' as const), number: fc.nat(night) }) },
        { weight: 1, arbitrary: fc.constant({ kind: 'again' as const }) },
      ),
    ),
  )
  .map((all) => [...all]);

function lineOf({ user, day, minute, event, amount, id }: Row): string {
  const at = new Date(Date.UTC(2026, 0, 1 + day, 0, minute)).toISOString();
  return `${id === undefined ? '' : `e${id}`},u${user},${at},${event},${amount},p${user % 2}\n`;
}

let cwd = '';
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

describe('nights', () => {
  it('in any order, split and repetition give the members of one classification of all files', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rows(DAYS - 11), steps, async (base, all) => {
        rmSync(cwd, { recursive: true, force: true });
        cwd = mkdtempSync(join(tmpdir(), 'segment-nights-'));
        for (const folder of ['in', 'once']) mkdirSync(join(cwd, folder));
        writeFileSync(
          join(cwd, 'segment.yaml'),
          `inputs: [in]\nout: out\nproof: false\nsegment_files: none\npublish: always\nkeep: [plan]\nmax_rejects: 100%\nsegments:\n  buyers: { where: { did: { event: purchase, at_least: 2, where: { plan: p1 } } } }\n`,
        );
        const files: string[] = [];
        const write = (name: string, lines: readonly Row[]): void =>
          writeFileSync(join(cwd, 'in', name), HEAD + lines.map(lineOf).join(''));
        const add = (lines: readonly Row[]): void => {
          write(`f${files.length}.csv`, lines);
          files.push(`f${files.length}.csv`);
        };
        add(base);
        for (const step of [{ kind: 'again' } as const, ...all]) {
          if (step.kind === 'next' || step.kind === 'late') add(step.rows);
          else if (step.kind === 'corrected') write(files[step.number % files.length] ?? '', step.rows);
          else if (step.kind === 'grown') {
            const name = files[step.number % files.length] ?? '';
            writeFileSync(join(cwd, 'in', name), readFileSync(join(cwd, 'in', name), 'utf8') + step.rows.map(lineOf).join(''));
          } else if (step.kind === 'copied')
            copyFileSync(join(cwd, 'in', files[step.number % files.length] ?? ''), join(cwd, 'in', `copy${step.number}.csv`));
          const night = await runCli(['run', '--quiet'], { cwd });
          expect(night.exitCode, night.stderr).toBeLessThan(2);
          for (const name of readdirSync(join(cwd, 'once'))) rmSync(join(cwd, 'once', name));
          const contents = new Map(readdirSync(join(cwd, 'in')).map((name) => [readFileSync(join(cwd, 'in', name), 'utf8'), name]));
          for (const [text, name] of contents) writeFileSync(join(cwd, 'once', name), text);
          const config = readFileSync(join(cwd, 'segment.yaml'), 'utf8');
          writeFileSync(
            join(cwd, 'once.yaml'),
            config.replace('inputs: [in]', 'inputs: [once]').replace('out: out', 'out: all').replace('publish: always\n', ''),
          );
          const once = await runCli(['classify', '--config', 'once.yaml', '--quiet'], { cwd });
          expect(once.exitCode, once.stderr).toBe(0);
          const members = readFileSync(join(cwd, 'all', 'members.csv'), 'utf8');
          expect(withoutHistory(readFileSync(join(cwd, 'out', 'current', 'members.csv'), 'utf8'))).toBe(members);
          const accounting = (path: string): unknown => {
            const { rows: counts, bad_amounts: bad } = JSON.parse(readFileSync(join(cwd, path, 'summary.json'), 'utf8'));
            return { counts, bad };
          };
          expect(accounting('out/current')).toEqual(accounting('all'));
        }
      }),
      { numRuns: Number(process.env['SEGMENT_NIGHTS'] ?? 2), seed: 6, endOnFailure: true },
    );
  });
});

/** Members of a run without `status_since` and `previous_status`. */
function withoutHistory(text: string): string {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const history = ['status_since', 'previous_status'].map((name) => lines[0]?.indexOf(name));
  return `${lines.map((cells) => cells.filter((_, index) => !history.includes(index)).join(',')).join('\n')}\n`;
}
