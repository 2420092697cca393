import type { RunReport, RunResult, SegmentChange } from '../../state/run-result.js';
import { describeFinding } from '../check/finding-words.js';
import { formatCount, formatCounted, formatDate, formatNumber } from '../format.js';
import { inertMarkdown, markdownBlock, markdownCode, markdownRow } from '../markdown.js';
import { changeWords } from './run-words.js';

/** What somebody is told of a job that ended. */
export interface Notice {
  readonly at: Date;
  /** What it did; null where it broke off. */
  readonly report: RunReport | null;
  /** Why it broke off. */
  readonly failure: {
    readonly code: string;
    readonly message: string;
    readonly hint: string | undefined;
    readonly exitCode: number;
  } | null;
  /** As it was typed. */
  readonly command: string;
  /** The set that readers get now; null where that is not known or there is none. */
  readonly current: { readonly id: string; readonly asOf: string } | null;
  readonly out: string;
  /** A command for a job that did what it should, with what it says. */
  readonly next: { readonly command: string; readonly why: string } | null;
}

/** Every notice begins so, and no other file does. */
export const NOTICE_BEGIN = '## segment run: ';
const MOST_LINES = 40;
const MOST_FILES = 12;
const ACCEPT = 'takes it for what is usual from now on, if it is meant; otherwise correct the export and run again.';

/** The summary of a job as Markdown: the verdict, what to do, sizes, what is off, files and warnings. No user stands in it. */
export function noticeText(notice: Notice): string {
  const run = notice.report?.runs.at(-1);
  const sections = run === undefined || notice.failure !== null ? failureSections(notice) : runSections(notice, run);
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function failureSections({ failure, at, command, current, out }: Notice): string[] {
  const [first = '', ...others] = failure?.message.split('\n') ?? [];
  const stays = current === null ? '' : `${markdownCode(`${out}/current`)} is run ${current.id}, as of ${formatDate(current.asOf)}.`;
  return [
    `${NOTICE_BEGIN}failed`,
    `**${inertMarkdown(first)}** ${markdownCode(failure?.code ?? '')}, exit code ${failure?.exitCode ?? 0}, ${timeText(at)}.`,
    markdownBlock(others),
    stays,
    failure?.hint === undefined ? '' : `Hint: ${inertMarkdown(failure.hint)}`,
    nextStep(command, undefined),
  ];
}

function runSections({ report, at, command, current, out, next }: Notice, run: RunResult): string[] {
  const { published, accepted } = run;
  const runs = report?.runs.length ?? 1;
  const isOff = run.check.verdict === 'regressed' && accepted === null;
  const what =
    published === null
      ? heldWords(run, current, out)
      : `${formatCounted(published.files, 'file')} in ${markdownCode(`${published.directory}/current`)}.`;
  return [
    `${NOTICE_BEGIN}${verdictOf(run, isOff)}`,
    `**${formatCounted(run.users, 'user')} as of ${formatDate(run.asOf)}**, run ${run.id}, ${timeText(at)}, ${formatNumber(run.seconds, 1)} s. ${what}`,
    runs < 2 ? '' : `The last of ${formatCounted(runs, 'run')} from ${formatDate(report?.runs[0]?.asOf ?? '')} on.`,
    accepted === null ? '' : `Accepted: ${inertMarkdown(accepted)}.`,
    findingTable(run),
    isOff ? nextStep(`${command} --accept "why"`, ACCEPT) : next === null ? '' : nextStep(next.command, next.why),
    run.changes === null ? '' : `${changeWords(run).replace('since', 'Since')}.`,
    sizeTable(run.segments),
    filesLine(run),
    warningList([...(report?.repairs ?? []).map((message) => ({ code: 'repaired', message })), ...run.warnings]),
  ];
}

function verdictOf({ published, held }: RunResult, isOff: boolean): string {
  if (held === 'check failed') return 'held';
  if (published === null) return 'recorded';
  return isOff ? 'published although the check failed' : 'published';
}

function heldWords({ held }: RunResult, current: Notice['current'], out: string): string {
  const stays =
    current === null
      ? 'Nothing is published yet'
      : `${markdownCode(`${out}/current`)} stays run ${current.id}, as of ${formatDate(current.asOf)}`;
  return `Not published: ${held === 'check failed' ? 'the check failed' : 'a later date is published'}. ${stays}.`;
}

function nextStep(command: string, why: string | undefined): string {
  return `Next: ${markdownCode(command)}${why === undefined ? '' : `: ${inertMarkdown(why)}`}`;
}

function findingTable({ check }: RunResult): string {
  const rows = check.findings
    .filter(({ level }) => level !== 'holds')
    .map((finding) => {
      const { subject, text } = describeFinding(finding, null);
      return markdownRow([finding.level, inertMarkdown(subject), inertMarkdown(text)]);
    });
  return rows.length === 0 ? '' : ['| check | what | seen |', '| --- | --- | --- |', ...capped(rows)].join('\n');
}

/** Segments in which somebody is or was. */
function sizeTable(segments: readonly SegmentChange[]): string {
  const rows = segments
    .filter(({ users, before }) => users > 0 || (before ?? 0) > 0)
    .map(({ segmentation, segment, users, before, entered, left }) => {
      const numbers = [users, before, before === null ? null : users - before, entered, left];
      return markdownRow([
        inertMarkdown(`${segmentation}=${segment}`),
        ...numbers.map((count) => (count === null ? '' : formatCount(count))),
      ]);
    });
  const head = ['| segment | now | before | change | entered | left |', '| --- | ---: | ---: | ---: | ---: | ---: |'];
  return rows.length === 0 ? '' : [...head, ...capped(rows)].join('\n');
}

function capped(rows: readonly string[]): readonly string[] {
  return rows.length <= MOST_LINES
    ? rows
    : [...rows.slice(0, MOST_LINES), markdownRow([`and ${formatCount(rows.length - MOST_LINES)} more`])];
}

function filesLine({ inputs: { all, gone }, loadedFiles, rows }: RunResult): string {
  const more = loadedFiles.length - MOST_FILES;
  const names = [...loadedFiles.slice(0, MOST_FILES).map(markdownCode), ...(more > 0 ? [`${formatCount(more)} more`] : [])];
  const lost = gone === 0 ? '' : `, ${formatCount(gone)} no longer there`;
  return `${formatCounted(all, 'file')}${lost}, ${formatCounted(rows.total, 'row')}. Loaded: ${names.length === 0 ? 'none' : names.join(', ')}.`;
}

function warningList(warnings: RunResult['warnings']): string {
  return warnings.map(({ code, message }) => `- ${inertMarkdown(message)} ${markdownCode(code)}`).join('\n');
}

function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
