import { shellWord } from './shell-word.js';

/** Which exit code an error ends in (DESIGN: usage 2, input 3, environment 4). */
export type ErrorKind = 'usage' | 'input' | 'environment';

export interface Message {
  readonly kind: ErrorKind;
  readonly text: string;
  readonly hint?: string;
  /** The options of the hint, the first where it names several: with them the program goes on. */
  readonly settledBy?: readonly Answer[];
}

/** An option as it is typed. */
export interface Answer {
  readonly flag: string;
  readonly value: string;
}

const LIST_LIMIT = 12;

/** `a, b and 3 more`: long lists are capped. */
export function listed(names: readonly string[], limit = LIST_LIMIT): string {
  if (names.length <= limit) return names.join(', ');
  return `${names.slice(0, limit).join(', ')} and ${names.length - limit} more`;
}

/** The first of so many ids, as they are to be shown. */
function idList(ids: readonly string[], count: number): string {
  const shown = ids.slice(0, LIST_LIMIT).join(', ');
  return count > ids.length ? `${shown} and ${grouped(count - ids.length)} more` : shown;
}

/** `1,234` */
/** What ids are made by the key of a fingerprint. */
function keyWords(fingerprint: string | null | undefined): string {
  return fingerprint == null ? 'no pseudonyms' : `pseudonyms of the key ${fingerprint}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 row`, `1,234 rows` */
function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** ` Did you mean "x"?`, or nothing. */
function meant(nearest: string | undefined): string {
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** Bytes as `--memory-limit` takes them. */
function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)}MB` : `${Math.ceil(bytes / 1e8) / 10}GB`;
}

/** One thing that is wrong with the columns of a file. Roles and flags are the user's words. */
export type ColumnProblem =
  | { readonly kind: 'missing'; readonly role: string; readonly examples: readonly string[]; readonly candidates: readonly string[] }
  | { readonly kind: 'several'; readonly role: string; readonly names: readonly string[] }
  | { readonly kind: 'twice'; readonly role: string; readonly name: string }
  | { readonly kind: 'absent'; readonly flag: string; readonly value: string; readonly nearest: string | undefined }
  | { readonly kind: 'nested'; readonly flag: string; readonly value: string; readonly field: string };

interface ColumnProblems {
  readonly file: string;
  readonly problems: readonly ColumnProblem[];
  readonly columns: readonly string[];
  /** A cell of the header that is no name. */
  readonly dataInHeader: string | undefined;
  /** The complete command that would work, when there is one. */
  readonly tryCommand: string | undefined;
  /** What that command says besides what was said. */
  readonly answers: readonly Answer[];
}

function columnSentence(problem: ColumnProblem): string {
  switch (problem.kind) {
    case 'missing': {
      const among = problem.candidates.length === 0 ? '' : `, and several could be it: ${quotedList(problem.candidates)}`;
      return `no column is named like the ${problem.role} (${problem.examples.join(', ')} …)${among}.`;
    }
    case 'several':
      return `${quotedList(problem.names)} are equally good names for the ${problem.role} column.`;
    case 'twice':
      return `"${problem.name}" stands twice in the header, so the ${problem.role} column is ambiguous.`;
    case 'absent':
      return `${problem.flag} ${problem.value}: there is no such column.${meant(problem.nearest)}`;
    case 'nested':
      return `${problem.flag} ${problem.value}: that column has fields of its own; name one of them, such as ${problem.field}.`;
  }
}

function columnFlags(problems: readonly ColumnProblem[]): string {
  const flags = problems.map((problem) => ('flag' in problem ? problem.flag : `--${problem.role.replaceAll(' ', '-')}-column`));
  return [...new Set(flags)].join(' and ');
}

interface PresetName {
  readonly name: string;
  readonly title: string;
}

function presetWords({ name, title }: PresetName): string {
  return `${title} (${name})`;
}

function quotedList(names: readonly string[]): string {
  return listed(names.map((name) => `"${name}"`));
}

/** Only the first one follows the name of the file. */
function asSentence(text: string, index: number): string {
  return index === 0 ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** What to do about a header that was not split; undefined when it was. */
function unsplitHint([header = '', ...others]: readonly string[]): string | undefined {
  if (others.length > 0) return undefined;
  const sign = ['\t', ';', '|', ','].find((delimiter) => header.includes(delimiter));
  if (sign !== undefined)
    return `the header seems to be split by ${sign === '\t' ? 'tabs' : `"${sign}"`}: leave out --delimiter, or name that one.`;
  if (!/\S +\S+ +\S/.test(header)) return undefined;
  return `the fields seem to be lined up with blanks; make CSV of them first, for example: sed -E 's/^ +//; s/ +/,/g' FILE > FILE.csv.`;
}

function columnsMessage(p: ColumnProblems): Message {
  const sentences = p.problems.map(columnSentence).map(asSentence).join(' ');
  const header =
    p.dataInHeader === undefined
      ? ` The columns are ${quotedList(p.columns)}.`
      : ` The first line holds ${quotedList(p.columns)}: "${p.dataInHeader}" is no column name, so the file seems to have no header row.`;
  const twice = p.problems.find((problem) => problem.kind === 'twice');
  const named = p.tryCommand === undefined ? `name a column of the file with ${columnFlags(p.problems)}.` : `try: ${p.tryCommand}`;
  return {
    kind: 'input',
    text: `${p.file}: ${sentences}${header}`,
    ...(p.tryCommand === undefined || twice !== undefined || p.dataInHeader !== undefined ? {} : { settledBy: p.answers }),
    hint:
      unsplitHint(p.columns) ??
      (p.dataInHeader !== undefined
        ? 'put the column names on the first line of the file.'
        : twice !== undefined
          ? `rename one of the two "${twice.name}" columns in the file: no flag can tell them apart.`
          : named),
  };
}

/** The flags that say how times are read; those of a users file differ. */
interface TimeFlags {
  readonly flags?: { readonly format: string; readonly column: string } | undefined;
}

const formatFlag = ({ flags }: TimeFlags): string => flags?.format ?? '--time-format';
const timeColumnFlag = ({ flags }: TimeFlags): string => flags?.column ?? '--time-column';

/** Every failure a user can meet. The key is the code printed in brackets; groups follow the way of the data. */
export const MESSAGES = {
  // command line
  'unknown-parameter': (p: { option: string; name: string; nearest?: string | undefined }): Message => ({
    kind: 'usage',
    text: `${p.option} ${p.name}: there is no such parameter.${meant(p.nearest)}`,
    hint: 'segment params lists every parameter with its default, range and meaning.',
  }),
  'parameter-out-of-range': (p: { option: string; name: string; value: string; expected: string }): Message => ({
    kind: 'usage',
    text: `${p.option} ${p.name}=${p.value}: the value must be ${p.expected}.`,
    hint: `segment params shows what ${p.name} does.`,
  }),
  'bad-option-value': (p: { option: string; value: string; expected: string }): Message => ({
    kind: 'usage',
    text: `${p.option}${p.option.startsWith('--') ? ' ' : '='}${p.value === '' ? "''" : p.value}: expected ${p.expected}.`,
    hint: `give ${p.option} such a value, or leave it out.`,
  }),
  'unknown-variable': (p: { variable: string; nearest: string }): Message => ({
    kind: 'usage',
    text: `The environment variable ${p.variable} is none that segment reads. Did you mean ${p.nearest}?`,
    hint: `rename it, or take it away: unset ${p.variable}.`,
  }),
  'inputs-missing': (p: { command: string }): Message => ({
    kind: 'usage',
    text: `${p.command} needs FILES, and none was given.`,
    hint: 'name files or folders, or list them under inputs: in segment.yaml.',
  }),
  'unknown-option': (p: { option: string; command: string; nearest?: string | undefined }): Message => ({
    kind: 'usage',
    text: `${p.command} has no option ${p.option}.${meant(p.nearest)}`,
    hint: `${p.command} --help lists the options.`,
  }),
  'unknown-command': (p: { name: string; nearest?: string | undefined; nearestFile?: string | undefined }): Message => ({
    kind: 'usage',
    text: `segment has no command ${p.name}.${meant(p.nearest)}`,
    hint:
      p.nearestFile === undefined
        ? 'segment --help lists the commands.'
        : `segment --help lists the commands; to read the file: segment ${shellWord(p.nearestFile)}`,
  }),
  'config-missing': (p: { file: string }): Message => ({
    kind: 'usage',
    text: `There is no config file ${p.file}.`,
    hint: 'correct --config, or leave it out to take the segment.yaml of this folder or one above it.',
  }),
  'config-name': (p: { path: string; name: string }): Message => ({
    kind: 'usage',
    text: `${p.path} is not read: a config file is called ${p.name}.`,
    hint: `rename it to ${p.name}, or name it with --config; --no-config goes without.`,
  }),
  'config-unreadable': (p: { file: string; reason: string }): Message => ({
    kind: 'usage',
    text: `The config file ${p.file} cannot be read: ${p.reason}.`,
    hint: 'name another one with --config; --no-config goes without.',
  }),
  'config-empty': (p: { file: string }): Message => ({
    kind: 'usage',
    text: `The config file ${p.file} is empty.`,
    hint: 'remove it, or write settings into it; --no-config goes without.',
  }),
  'config-too-large': (p: { file: string; limit: number }): Message => ({
    kind: 'usage',
    text: `${p.file} has more than ${p.limit} bytes, which is no config file.`,
    hint: 'name the right file with --config; data belongs to FILES.',
  }),
  'config-encoding': (p: { file: string; line: number; problem: string }): Message => ({
    kind: 'usage',
    text: `${p.file}:${p.line}: ${p.problem}, and a config file is UTF-8.`,
    hint: 'save it as UTF-8.',
  }),
  'config-problems': (p: { file: string; count: number; problems: readonly string[] }): Message => ({
    kind: 'usage',
    text: [`${p.file} has ${p.count === 1 ? 'a problem' : `${p.count} problems`}; nothing was run.`, ...p.problems].join('\n'),
    hint: 'correct the file (segment config checks it), or go without it: --no-config.',
  }),
  'rfm-file-missing': (p: { file: string; models: readonly string[]; nearest: string | undefined }): Message => ({
    kind: 'usage',
    text: `--rfm ${p.file}: there is no such model and no such file.`,
    hint: p.nearest === undefined ? `give ${listed([...p.models, 'a file of your own'])}.` : `did you mean --rfm ${p.nearest}?`,
  }),
  'rfm-file-unreadable': (p: { file: string; problem: string }): Message => ({
    kind: 'usage',
    text: `--rfm ${p.file} cannot be read as a model: ${p.problem}.`,
    hint: 'segment help rfm shows such a file.',
  }),
  'rfm-file-problems': (p: { file: string; count: number; problems: readonly string[] }): Message => ({
    kind: 'usage',
    text: [`${p.file} has ${p.count === 1 ? 'a problem' : `${p.count} problems`}; nothing was run.`, ...p.problems].join('\n'),
    hint: 'every combination of scores belongs to exactly one segment; segment help rfm shows such a file.',
  }),
  'segment-problems': (p: { count: number; problems: readonly string[] }): Message => ({
    kind: 'usage',
    text: [`Own segments have ${p.count === 1 ? 'a problem' : `${p.count} problems`}; nothing was run.`, ...p.problems].join('\n'),
    hint: 'segment help rules shows what a rule can say.',
  }),
  'lint-without-segments': (_: Record<string, never>): Message => ({
    kind: 'usage',
    text: 'There are no own segments to look at: neither the config file nor --segment has any.',
    hint: 'segment help rules shows how they are written below segments: of segment.yaml; --config names another file.',
  }),
  'preview-without-segments': (_: Record<string, never>): Message => ({
    kind: 'usage',
    text: 'There are no own segments to preview: neither the config file nor --segment nor --recipe has any.',
    hint: 'segment help rules shows how they are written below segments: of segment.yaml; --config names another file.',
  }),
  'preview-unknown-segment': (p: { name: string; nearest: string | undefined; known: readonly string[] }): Message => ({
    kind: 'usage',
    text: `There is no own segment and no file called ${p.name}.${meant(p.nearest)}`,
    hint: `the own segments are ${listed(p.known)}; a file is written ./${p.name}.`,
  }),
  'watch-stdin': (_: Record<string, never>): Message => ({
    kind: 'usage',
    text: '--watch reads its input again after each change, and standard input can be read once.',
    hint: 'write it into a file first, and name that.',
  }),
  'missing-argument': (p: { argument: string; command: string }): Message => ({
    kind: 'usage',
    text: `${p.command} needs ${p.argument}, and none was given.`,
    hint: `${p.command} --help shows how it is called.`,
  }),
  'missing-option-value': (p: { option: string; command: string }): Message => ({
    kind: 'usage',
    text: `${p.option} needs a value, and none was given.`,
    hint: `${p.command} --help shows what it takes.`,
  }),
  'missing-option': (p: { option: string; command: string }): Message => ({
    kind: 'usage',
    text: `${p.command} needs ${p.option}, and it was not given.`,
    hint: `${p.command} --help shows how it is called.`,
  }),
  'option-without': (p: { option: string; without: string }): Message => ({
    kind: 'usage',
    text: `${p.option} means something only with ${p.without}.`,
    hint: `give ${p.without} too, or leave out ${p.option}.`,
  }),
  'too-many-arguments': (p: { command: string; expected: number; given: number }): Message => ({
    kind: 'usage',
    text: `${p.command} takes ${p.expected === 0 ? 'no arguments' : p.expected === 1 ? '1 argument' : `${p.expected} arguments`}; ${p.given} given.`,
    hint: `${p.command} --help shows how it is called.`,
  }),
  'command-line': (p: { problem: string; command: string }): Message => ({
    kind: 'usage',
    text: `${p.command}: ${p.problem}.`,
    hint: `${p.command} --help shows how it is called.`,
  }),
  'unknown-shell': (p: { shell: string; shells: readonly string[] }): Message => ({
    kind: 'usage',
    text: `There is no completion for "${p.shell}".`,
    hint: `name one of ${listed(p.shells)}, for example segment completion bash.`,
  }),
  'unknown-help-topic': (p: { topic: string; topics: readonly string[]; nearest?: string | undefined }): Message => ({
    kind: 'usage',
    text: `There is no help on ${p.topic}.${meant(p.nearest)}`,
    hint: `segment help TOPIC explains a command, or one of: ${listed(p.topics)}.`,
  }),
  'options-contradict': (p: { left: string; right: string }): Message => ({
    kind: 'usage',
    text: `${p.left} and ${p.right} contradict each other.`,
    hint: `leave out ${p.left} or ${p.right}.`,
  }),
  'since-after-as-of': (p: { since: string; asOf: string }): Message => ({
    kind: 'usage',
    text: `--since ${p.since} lies after --as-of ${p.asOf}: no day would count.`,
    hint: 'name an earlier day with --since, or a later one with --as-of.',
  }),
  'parameters-contradict': (p: { low: string; lowValue: number; high: string; highValue: number }): Message => ({
    kind: 'usage',
    text: `${p.low} (${p.lowValue}) is larger than ${p.high} (${p.highValue}).`,
    hint: `set both, for example --set ${p.low}=${p.highValue} --set ${p.high}=${p.lowValue}.`,
  }),

  // the machine: whatever the command
  'stdout-failed': (p: { reason: string }): Message => ({
    kind: 'environment',
    text: `The result could not be written to stdout: ${p.reason}.`,
    hint: 'send stdout somewhere with room for it.',
  }),
  'out-of-memory': (p: { reason: string; limitBytes: number }): Message => ({
    kind: 'environment',
    text: `The memory limit of ${sizeText(p.limitBytes)} was too small for this input: ${p.reason}.`,
    hint: `give it more, for example --memory-limit ${sizeText(4 * p.limitBytes)}, or use fewer --threads.`,
  }),
  'disk-full': (p: { path?: string | undefined; flag?: '--out' | '--state' | '--temp-dir' | undefined }): Message => ({
    kind: 'environment',
    text: p.path === undefined ? 'The disk is full.' : `The disk is full: ${p.path} could not be written.`,
    hint: `make room, or name a folder on a larger disk with ${p.flag ?? '--temp-dir (and --out)'}.`,
  }),
  'temp-disk-full': (p: { path: string }): Message => ({
    kind: 'environment',
    text: `The disk of the temporary folder ${p.path} is full: copies of compressed or recoded files, and what does not fit into the memory limit, go there.`,
    hint: 'name a folder on a larger disk with --temp-dir.',
  }),
  'no-permission': (p: { path?: string | undefined }): Message => ({
    kind: 'environment',
    text: p.path === undefined ? 'The system did not permit a file operation.' : `The system did not permit access to ${p.path}.`,
    hint: 'check who owns the folder, or name another one with --out or --temp-dir.',
  }),
  'system-failed': (p: { reason: string }): Message => ({
    kind: 'environment',
    text: `The system failed at a file operation: ${p.reason}.`,
    hint: 'look whether the disk, or the network it is reached by, is well; then run again.',
  }),
  'working-folder-gone': (_p: Record<never, never>): Message => ({
    kind: 'environment',
    text: 'The folder this was started in is gone: it was removed or renamed meanwhile.',
    hint: 'go to a folder that is there with cd, or name every file and --out by its whole path.',
  }),
  'too-many-open-files': (_p: Record<never, never>): Message => ({
    kind: 'environment',
    text: 'The system does not let this process open as many files at once as it needs.',
    hint: 'allow more, for example with ulimit -n 1024, and run again.',
  }),
  'engine-missing': (p: { platform: string }): Message => ({
    kind: 'environment',
    text: `The database engine for ${p.platform} is not installed.`,
    hint: 'install again without --omit=optional: npm ci.',
  }),

  // output folder
  'output-is-file': (p: { directory: string; path: string }): Message => ({
    kind: 'usage',
    text: `--out ${p.directory}: ${p.path} is not a folder.`,
    hint: 'name a new folder, or one of an earlier run, with --out.',
  }),
  'output-not-empty': (p: { directory: string; names: readonly string[] }): Message => ({
    kind: 'usage',
    text: `--out ${p.directory}: the folder is not from an earlier run; it holds ${listed(p.names, 3)}.`,
    hint: 'name a new folder with --out, or add --force to write beside these files (those with the names of the output are replaced).',
  }),
  'output-newer': (p: { directory: string; version: number; known: number }): Message => ({
    kind: 'usage',
    text: `--out ${p.directory}: its manifest.json is of format ${p.version}, written by a newer segment; this one knows formats up to ${p.known}.`,
    hint: 'name another folder with --out.',
  }),
  'output-inside-input': (p: { flag: '--out' | '--state'; directory: string; input: string }): Message => ({
    kind: 'usage',
    text: `${p.flag} ${p.directory} lies inside the input ${p.input}: the next run would read this one's output as events.`,
    hint: `name a folder outside of the input with ${p.flag}.`,
  }),
  'input-inside-output': (p: { flag: '--out' | '--state'; directory: string; input: string }): Message => ({
    kind: 'usage',
    text: `The input ${p.input} lies inside ${p.flag} ${p.directory}, where files are replaced.`,
    hint: `name another folder with ${p.flag}.`,
  }),
  'output-blocked': (p: { directory: string; names: readonly string[] }): Message => ({
    kind: 'usage',
    text: `--out ${p.directory}: ${listed(p.names, 3)} would be replaced, but ${p.names.length === 1 ? 'is' : 'are'} not from an earlier run.`,
    hint: 'move them away, or add --force to replace them.',
  }),
  'output-blocked-by-folder': (p: { directory: string; name: string; found: string; needed: string }): Message => ({
    kind: 'usage',
    text: `--out ${p.directory}: ${p.name} must be ${p.needed}, and is ${p.found}.`,
    hint: `move ${p.name} away, or name another folder with --out.`,
  }),
  'output-locked': (p: {
    flag: '--out' | '--state';
    directory: string;
    pid: number;
    host: string;
    here: boolean;
    lock: string;
  }): Message => ({
    kind: 'environment',
    text: p.here
      ? `${p.flag} ${p.directory}: another run is writing there (process ${p.pid}).`
      : `${p.flag} ${p.directory}: a run on ${p.host} is writing there, or broke off (process ${p.pid} on ${p.host}).`,
    hint: p.here
      ? p.flag === '--state'
        ? 'wait until it is done, for example with --wait 10m.'
        : 'wait until it is done, or name another folder with --out.'
      : `when that run is gone, delete ${p.lock}.`,
  }),
  'output-lock-unreadable': (p: { flag: '--out' | '--state'; directory: string; lock: string }): Message => ({
    kind: 'environment',
    text: `${p.flag} ${p.directory}: ${p.lock} is not a lock of ours, so nobody knows whether another run is writing there.`,
    hint: `when no run is writing there, delete ${p.lock}.`,
  }),
  'output-lock-lost': (p: { flag: '--out' | '--state'; directory: string; lock: string }): Message => ({
    kind: 'environment',
    text: `${p.flag} ${p.directory}: ${p.lock} was removed or taken over while this run was working; nothing was published.`,
    hint: 'run again when no other run is writing there.',
  }),
  'output-failed': (p: { path: string; reason: string }): Message => ({
    kind: 'environment',
    text: `${p.path} could not be written: ${p.reason}. The earlier output is untouched.`,
    hint: 'name a folder on another disk with --out.',
  }),
  'state-not-ours': (p: { directory: string; names: readonly string[] }): Message => ({
    kind: 'usage',
    text: `--state ${p.directory} holds what no run wrote: ${listed(p.names)}.`,
    hint: 'name a new or empty folder with --state.',
  }),
  'run-stdin': (_: Record<never, never>): Message => ({
    kind: 'usage',
    text: 'standard input is gone after one night, and segment run comes back to its files.',
    hint: 'name files, folders or patterns, for example below inputs: in segment.yaml.',
  }),
  'state-inputs-gone': (p: { part: string | null; files: readonly string[] }): Message => ({
    kind: 'input',
    text: `All files have to be read anew (${p.part === null ? 'settings that say how files are read have changed' : `new files differ from earlier ones in ${p.part}`}), and ${counted(p.files.length, 'file')} that earlier runs read ${p.files.length === 1 ? 'is' : 'are'} gone: ${listed(p.files, 3)}.`,
    hint: 'bring them back, or begin a new history in another folder with --state.',
  }),
  'state-input-damaged': (p: { file: string; folder: string }): Message => ({
    kind: 'input',
    text: `What the state folder keeps of ${p.file} is damaged (inputs/${p.folder}), and the file itself is not there any more as it was.`,
    hint: 'bring the file back, or the state folder from a backup.',
  }),
  'state-events-gone': (p: { what: readonly string[]; files: readonly string[] }): Message => ({
    kind: 'input',
    text: `${p.what.length === 0 ? 'Days have to be counted again' : `${listed(p.what, 3)} ${p.what.length === 1 ? 'reads' : 'read'} events`} whose files are gone and of which only the days are kept, by raw_days of retain: ${listed(p.files, 3)}.`,
    hint: 'bring the files back, or ask for fewer days, such as "last 90d".',
  }),
  'notify-file-place': (p: { path: string; place: string }): Message => ({
    kind: 'usage',
    text: `--notify-file ${p.path} lies in ${p.place}, where a file of another kind does harm.`,
    hint: 'name a file in another folder with --notify-file.',
  }),
  'notify-file-taken': (p: { path: string; found: string }): Message => ({
    kind: 'usage',
    text: `--notify-file ${p.path} is ${p.found}, which the summary of a run would replace.`,
    hint: 'name a new file with --notify-file.',
  }),
  'notify-file-unwritable': (p: { path: string; reason: string }): Message => ({
    kind: 'environment',
    text: `--notify-file ${p.path} cannot be written: ${p.reason}.`,
    hint: 'name a file in a folder that is there and can be written, with --notify-file.',
  }),
  'run-to-without-from': (p: { to: string }): Message => ({
    kind: 'usage',
    text: `--to ${p.to} says where to end, and nothing says where to begin.`,
    hint: 'name the first day with --from, or one day with --as-of.',
  }),
  'run-dates-reversed': (p: { from: string; to: string }): Message => ({
    kind: 'usage',
    text: `--from ${p.from} is after the last day, ${p.to}.`,
    hint: 'name the earlier day with --from.',
  }),
  'state-newer': (p: { path: string; version: number; known: number }): Message => ({
    kind: 'usage',
    text: `${p.path} has format ${p.version}, and this version writes format ${p.known}: a newer version wrote it. Nothing was changed.`,
    hint: 'install the newer version, or name another folder with --state.',
  }),
  'state-missing': (p: { directory: string }): Message => ({
    kind: 'input',
    text: `--state ${p.directory} is no folder: no run has written there yet.`,
    hint: 'name the folder of segment run with --state, or begin a history with segment run.',
  }),
  'state-not-whole': (p: { directory: string; problems: number }): Message => ({
    kind: 'input',
    text: `${p.directory}: ${counted(p.problems, 'part')} of what is kept ${p.problems === 1 ? 'is' : 'are'} not as a run wrote ${p.problems === 1 ? 'it' : 'them'}.`,
    hint: 'segment run puts right what it can; bring the rest back from a backup.',
  }),
  'run-unknown': (p: {
    run: string;
    runs: number;
    first?: { id: string; asOf: string } | undefined;
    last?: { id: string; asOf: string } | undefined;
  }): Message => ({
    kind: 'input',
    text:
      p.first === undefined || p.last === undefined
        ? `There is no run ${p.run}: the history is empty.`
        : `There is no run ${p.run} among the ${counted(p.runs, 'run')} from ${p.first.id} (${p.first.asOf}) to ${p.last.id} (${p.last.asOf}).`,
    hint: 'a run is a number, a date such as 2026-06-30, last, or last~1 for the one before it; segment runs lists them.',
  }),
  'runs-not-in-order': (p: { before: { id: string; asOf: string }; after: { id: string; asOf: string } }): Message => ({
    kind: 'usage',
    text:
      p.before.id === p.after.id
        ? `Both are run ${p.before.id}, as of ${p.before.asOf}.`
        : `Run ${p.before.id} is as of ${p.before.asOf}, and not earlier than run ${p.after.id}, as of ${p.after.asOf}.`,
    hint: p.before.id === p.after.id ? 'name an earlier run first, such as last~1.' : `turn them round: ${p.after.id} and ${p.before.id}.`,
  }),
  'why-word': (p: { word: string }): Message => ({
    kind: 'usage',
    text: `"${p.word}" names no two runs.`,
    hint: 'write RUN1..RUN2, such as last~1..last; one run alone means the one before it and that one.',
  }),
  'why-one-run': (p: { directory: string; runs: number }): Message => ({
    kind: 'input',
    text: `${p.directory} holds ${p.runs === 0 ? 'no run' : 'one run'}: there is nothing to compare it with.`,
    hint: 'ask again after the next segment run.',
  }),
  'runs-words': (p: { question: string; words: readonly string[]; takes: string }): Message => ({
    kind: 'usage',
    text: `segment runs ${p.question} takes ${p.takes}${p.words.length === 0 ? '' : `, not ${listed(p.words)}`}.`,
    hint: 'segment runs --help says what there is.',
  }),
  'unknown-question': (p: { question: string; questions: readonly string[]; nearest?: string | undefined }): Message => ({
    kind: 'usage',
    text: `segment runs has no ${p.question}.${meant(p.nearest)}`,
    hint: `ask for one of ${listed(p.questions)}, or for nothing to see the list of runs.`,
  }),
  'run-damaged': (p: { run: string; problem: string }): Message => ({
    kind: 'input',
    text: `Run ${p.run} is damaged: ${p.problem}.`,
    hint: 'segment runs verify names everything that is not as it was written.',
  }),
  'state-damaged': (p: { path: string; problem: string }): Message => ({
    kind: 'input',
    text: `${p.path} is damaged (${p.problem}), and no earlier run that is whole says what it was.`,
    hint: 'bring the state folder back from a backup, or begin a new history in another folder with --state.',
  }),
  'pseudonym-key-twice': (p: { file: string; variable: string }): Message => ({
    kind: 'usage',
    text: `The key of pseudonyms is given twice: by --pseudonym-key-file ${p.file} and by $${p.variable}.`,
    hint: `unset ${p.variable}, or say --pseudonym-key-file none.`,
  }),
  'pseudonym-key-unreadable': (p: { file: string; reason: string }): Message => ({
    kind: 'usage',
    text: `--pseudonym-key-file ${p.file} can't be read: ${p.reason}.`,
    hint: 'name a file that holds the key and nothing else, made for example by: openssl rand -hex 32 > FILE.',
  }),
  'pseudonym-key-short': (p: { where: string; bytes: number; least: number }): Message => ({
    kind: 'usage',
    text: `The key of pseudonyms in ${p.where} has ${counted(p.bytes, 'byte')}, and one of fewer than ${p.least} can be guessed.`,
    hint: 'make a random one and name its file with --pseudonym-key-file, for example by: openssl rand -hex 32 > FILE.',
  }),
  'pseudonyms-differ': (p: { before: string; after: string; fingerprints: readonly (string | null)[] }): Message => ({
    kind: 'input',
    text: `People can't be matched: ${p.before} are ${keyWords(p.fingerprints[0])}, ${p.after} ${keyWords(p.fingerprints[1])}.`,
    hint: 'make both with one key of --pseudonym-key-file, or both without.',
  }),
  'suppress-pseudonyms': (p: { directory: string; file: string }): Message => ({
    kind: 'usage',
    text: `${p.directory} has pseudonyms in place of user ids, so that nobody in it would be found by an id in --suppress ${p.file}.`,
    hint: 'export from the files that were classified, with --pseudonym-key-file.',
  }),
  'output-broken-off': (p: { directory: string; path: string; reason: string }): Message => ({
    kind: 'environment',
    text: `--out ${p.directory}: ${p.path} could not be moved: ${p.reason}. The folder is incomplete (it has no manifest.json).`,
    hint: 'run again: the next run restores the earlier output before it starts.',
  }),
  'output-unconfirmed': (p: { directory: string; reason: string }): Message => ({
    kind: 'environment',
    text: `--out ${p.directory}: the new output is in place, but the disk did not confirm it: ${p.reason}.`,
    hint: 'run again once the disk is well.',
  }),
  'output-journal-damaged': (p: { directory: string; journal: string }): Message => ({
    kind: 'environment',
    text: `--out ${p.directory}: an earlier run broke off there, and ${p.journal}, which says how to restore the folder, is damaged.`,
    hint: 'move the folder away, or name another one with --out.',
  }),
  'refuse-empty': (p: { directory: string; users: number }): Message => ({
    kind: 'input',
    text: `The result has no users, and --out ${p.directory} holds ${grouped(p.users)} from an earlier run: they stay as they are.`,
    hint: 'check the input and --as-of, or name another folder with --out.',
  }),

  // manifest
  'baseline-damaged': (p: { path: string; problem: string }): Message => ({
    kind: 'input',
    text: `--baseline ${p.path}: this is no baseline of segment check: ${p.problem}.`,
    hint: `take the file from version control, or begin anew: remove it and run segment check with --update`,
  }),
  'baseline-newer': (p: { path: string; version: number; known: number }): Message => ({
    kind: 'usage',
    text: `--baseline ${p.path}: format ${p.version} was written by a newer version of segment; this one knows format ${p.known}.`,
    hint: 'update segment',
  }),
  'baseline-unreadable': (p: { path: string; reason: string }): Message => ({
    kind: 'input',
    text: `--baseline ${p.path}: the file can't be read: ${p.reason}.`,
    hint: 'name a file that segment check --update wrote, or one that is not there yet.',
  }),
  'baseline-unwritable': (p: { path: string; reason: string }): Message => ({
    kind: 'environment',
    text: `--baseline ${p.path}: the file can't be written: ${p.reason}.`,
    hint: 'make its folder, or name another file with --baseline.',
  }),
  'baseline-in-ci': (p: { option: string; path: string }): Message => ({
    kind: 'usage',
    text: `${p.option} writes ${p.path}, and in CI (the variable CI is set) nobody looks at what was learned.`,
    hint: 'run it where the baseline is looked after, or add --force.',
  }),
  'limit-unknown': (p: { limit: string; name: string; nearest: string | undefined; known: readonly string[] }): Message => ({
    kind: 'usage',
    text: `--limit "${p.limit}": this run has no ${p.name}.`,
    hint: p.nearest === undefined ? `it has ${listed(p.known)}.` : `did you mean ${p.nearest}?`,
  }),
  'checked-run-settings': (p: { options: readonly string[]; directory: string }): Message => ({
    kind: 'usage',
    text: `${listed(p.options)}: ${p.directory} was made by a run of segment classify with settings of its own.`,
    hint: 'leave that away, or check the export itself.',
  }),
  'checked-with-others': (p: { directory: string; files: number }): Message => ({
    kind: 'usage',
    text: `${p.directory} is the output of a run of segment classify, and ${p.files - 1} more ${p.files === 2 ? 'file is' : 'files are'} named beside it.`,
    hint: 'check one output folder, or exports.',
  }),
  'published-not-ours': (p: { directory: string; problem: string }): Message => ({
    kind: 'input',
    text: `${p.directory}: this is no folder that segment classify wrote: ${p.problem}.`,
    hint: 'name the folder of --out, or the export itself.',
  }),
  'published-newer': (p: { directory: string; version: number; known: number }): Message => ({
    kind: 'usage',
    text: `${p.directory}: its manifest.json has format ${p.version}, of a newer version of segment; this one knows format ${p.known}.`,
    hint: 'update segment.',
  }),
  'published-differs': (p: { directory: string; problems: readonly { name: string; problem: string }[] }): Message => ({
    kind: 'input',
    text: `${p.directory}: not what its manifest.json says: ${listed(p.problems.map(({ name, problem }) => `${name} is ${problem}`))}.`,
    hint: 'run segment classify into that folder again.',
  }),
  'previous-later': (p: { directory: string; previous: string; asOf: string }): Message => ({
    kind: 'input',
    text: `--previous ${p.directory} is as of ${p.previous}, which is later than ${p.asOf}, the date of what is checked.`,
    hint: 'name the output of an earlier run with --previous.',
  }),
  'previous-without-members': (p: { checked: string }): Message => ({
    kind: 'usage',
    text: `--previous: ${p.checked} holds sizes alone, and nobody can be seen to move.`,
    hint: 'check the output folder, the members file or the export with --previous.',
  }),
  'summary-not-ours': (p: { path: string }): Message => ({
    kind: 'input',
    text: `${p.path}: this is no summary.json that segment classify wrote.`,
    hint: 'name the folder of --out, or the export itself.',
  }),
  'max-age-unknown': (p: { file: string }): Message => ({
    kind: 'usage',
    text: `--max-age: ${p.file} is a table of members, which does not say when its newest event was.`,
    hint: 'check the export or the output folder, or leave --max-age away.',
  }),
  'members-as-of': (p: { file: string }): Message => ({
    kind: 'usage',
    text: `${p.file}: a table of members does not say of which date it is, and no manifest.json lies beside it.`,
    hint: 'name the date with --as-of YYYY-MM-DD.',
  }),
  'members-column-missing': (p: { file: string; missing: readonly string[]; found: readonly string[] }): Message => ({
    kind: 'input',
    text: `${p.file}: this is no file of members: it has no column ${listed(p.missing)}.`,
    hint: `name a members file that segment classify wrote; this one has ${listed(p.found)}.`,
  }),
  'members-unreadable': (p: { file: string; column: string; found: string }): Message => ({
    kind: 'input',
    text: `${p.file}: the column ${p.column} ${p.found === '' ? 'is empty in some rows' : `holds "${p.found}"`}, which no run of segment classify writes.`,
    hint: 'run segment classify again, or check the export itself.',
  }),
  'members-repeated': (p: { file: string; user: string }): Message => ({
    kind: 'input',
    text: `${p.file}: user "${p.user}" stands in more than one row; members have one row a user.`,
    hint: 'check the members of one run at a time.',
  }),
  'members-rows': (p: { file: string; rows: number }): Message => ({
    kind: 'input',
    text: `${p.file}: ${counted(p.rows, 'row')} can't be read.`,
    hint: 'run segment classify again, or check the export itself.',
  }),
  'folder-alone': (p: { directory: string }): Message => ({
    kind: 'usage',
    text: `${p.directory} is the output of a run of segment classify, and there is no second one to compare it with.`,
    hint: 'name two such folders, the earlier one first, or exports with --from.',
  }),
  'folders-many': (p: { directories: readonly string[] }): Message => ({
    kind: 'usage',
    text: `${p.directories.length} outputs of segment classify are named, and users move between two: ${listed(p.directories)}.`,
    hint: 'name two of them, the earlier one first.',
  }),
  'folders-and-files': (p: { directory: string; file: string }): Message => ({
    kind: 'usage',
    text: `${p.directory} is the output of a run of segment classify, and ${p.file} is not.`,
    hint: 'name two such folders, the earlier one first, or exports alone with --from.',
  }),
  'folder-twice': (p: { before: string; after: string }): Message => ({
    kind: 'usage',
    text: `${p.before === p.after ? `${p.before} is named twice` : `${p.before} and ${p.after} are the same folder`}: nobody moves between a run and itself.`,
    hint: 'name the folder of an earlier run first.',
  }),
  'folders-options': (p: { before: string; after: string; options: readonly string[] }): Message => ({
    kind: 'usage',
    text: `${listed(p.options)}: ${p.before} and ${p.after} were made by runs of segment classify with dates and settings of their own.`,
    hint: 'leave that away, or name the exports in place of the folders.',
  }),
  'folders-not-in-order': (p: { before: string; after: string; asOfBefore: string; asOfAfter: string }): Message => ({
    kind: 'input',
    text:
      p.asOfBefore === p.asOfAfter
        ? `${p.before} and ${p.after} are both as of ${p.asOfAfter}: nobody moves within a day.`
        : `${p.before} is as of ${p.asOfBefore}, which is later than ${p.asOfAfter} of ${p.after}.`,
    hint: p.asOfBefore === p.asOfAfter ? 'name the folder of an earlier run first.' : `turn them round: ${p.after} ${p.before}.`,
  }),
  'folders-differ': (p: {
    before: string;
    after: string;
    settings: readonly { name: string; before: string | undefined; after: string | undefined }[];
  }): Message => ({
    kind: 'input',
    text: `${p.before} and ${p.after} were made with different settings: ${p.settings.map(({ name, before, after }) => `${name} ${before ?? '(none given)'}, then ${after ?? '(none given)'}`).join('; ')}.`,
    hint: 'run segment classify with one of both settings for both dates, or name the exports with --from.',
  }),
  'export-folder-options': (p: { directory: string; options: readonly string[] }): Message => ({
    kind: 'usage',
    text: `${listed(p.options)}: ${p.directory} was made by a run of segment classify with settings of its own.`,
    hint: 'leave that away, or name the exports in place of the folder.',
  }),
  'export-folder-alone': (p: { directory: string; file: string }): Message => ({
    kind: 'usage',
    text: `${p.directory} is the output of a run of segment classify, and ${p.file} stands beside it.`,
    hint: 'name the folder alone, or exports in place of it.',
  }),
  'audience-unknown': (p: { audience: string }): Message => ({
    kind: 'usage',
    text: `--audience ${p.audience}: there is no segment of that name.`,
    hint: 'name a segment with its segmentation, such as --audience status=at_risk.',
  }),
  'contact-column-ambiguous': (p: { field: string; flag: string; names: readonly string[] }): Message => ({
    kind: 'input',
    text: `Several columns may hold the ${p.field}: ${listed(p.names)}.`,
    hint: `name one of them with ${p.flag}, or none with ${p.flag} none.`,
  }),
  'audience-no-contact': (p: { destination: string; needs: readonly string[]; flag: string; found: readonly string[] }): Message => ({
    kind: 'input',
    text: `${p.destination} knows people by ${p.needs.map((need) => `their ${need}`).join(', or by ')}, and no column is known to hold that${p.found.length === 0 ? '' : `; there are ${listed(p.found)}`}.`,
    hint: `name the column with ${p.flag}.`,
  }),
  'audience-column-unknown': (p: { option: string; column: string; found: readonly string[] }): Message => ({
    kind: 'input',
    text: `${p.option} ${p.column}: the members have no such column; they have ${listed(p.found)}.`,
    hint: 'carry it along with --keep, in segment classify where its folder is exported.',
  }),
  'audience-row-too-long': (p: { destination: string; bytes: number }): Message => ({
    kind: 'input',
    text: `A row for ${p.destination} is longer than a file may be (${grouped(p.bytes)} bytes).`,
    hint: 'leave long columns out of --properties.',
  }),
  'suppress-columns': (p: { file: string; found: readonly string[] }): Message => ({
    kind: 'input',
    text: `--suppress ${p.file}: none of its columns has a name that says that it holds ids, addresses or numbers: ${listed(p.found)}.`,
    hint: 'call them user_id, email, phone or sha256, or give --suppress a file with one column.',
  }),
  'published-without-members': (p: { directory: string; files: readonly string[] }): Message => ({
    kind: 'input',
    text: `${p.directory}: this output holds no members; it holds ${listed(p.files, 3)}.`,
    hint: 'name a folder that segment classify wrote.',
  }),
  'segmentation-not-published': (p: { segmentation: string; directory: string; there: readonly string[] }): Message => ({
    kind: 'input',
    text: `--segmentation ${p.segmentation}: the members of ${p.directory} have no such column${p.there.length === 0 ? '' : `; beside the usual ones they have ${listed(p.there)}`}.`,
    hint: p.segmentation.startsWith('rules:')
      ? 'run segment classify with that segment below segments: in segment.yaml, or with --segment.'
      : `add it with segment classify --by ${p.segmentation}.`,
  }),
  'manifest-unreadable': (p: { path: string; reason: string }): Message => ({
    kind: 'input',
    text: `--freeze ${p.path}: the file can't be read: ${p.reason}.`,
    hint: 'give the manifest.json of an earlier run, for example --freeze segments/manifest.json.',
  }),
  'manifest-not-json': (p: { path: string; reason: string }): Message => ({
    kind: 'input',
    text: `--freeze ${p.path}: the file is not JSON: ${p.reason}.`,
    hint: 'give the manifest.json of an earlier run, for example --freeze segments/manifest.json.',
  }),
  'manifest-not-ours': (p: { path: string; problem: string }): Message => ({
    kind: 'input',
    text: `--freeze ${p.path}: this is no manifest of segment: ${p.problem}.`,
    hint: 'give the manifest.json of an earlier run, for example --freeze segments/manifest.json.',
  }),
  'manifest-newer': (p: { path: string; version: number; known: number }): Message => ({
    kind: 'usage',
    text: `--freeze ${p.path}: format_version is ${p.version}, written by a newer segment; this one reads up to ${p.known}.`,
    hint: 'freeze from a manifest that this version wrote.',
  }),
  'manifest-incomplete': (p: { path: string; key: string; expected: string; found: string }): Message => ({
    kind: 'input',
    text: `--freeze ${p.path}: ${p.key} must be ${p.expected}, and is ${p.found}.`,
    hint: 'give the manifest.json of a run of segment classify.',
  }),

  // temporary folder
  'temp-in-output': (p: { path: string; directory: string }): Message => ({
    kind: 'usage',
    text: `--temp-dir ${p.path} lies in --out ${p.directory}, which holds the published files alone.`,
    hint: 'name a folder outside of it with --temp-dir.',
  }),
  'temp-folder': (p: { path: string; reason: string }): Message => ({
    kind: 'environment',
    text: `No temporary folder can be made in ${p.path}: ${p.reason}.`,
    hint: 'name another folder with --temp-dir.',
  }),

  // files given as input
  'input-is-url': (p: { input: string }): Message => ({
    kind: 'usage',
    text: `${p.input} is a URL; segment reads files on this machine only.`,
    hint: 'download it first, then name the file.',
  }),
  'stdin-terminal': (_p: Record<never, never>): Message => ({
    kind: 'usage',
    text: '- stands for standard input, and that is a terminal: nothing is piped into it.',
    hint: 'pipe the data in, for example cat events.csv | segment classify -, or name the file in place of -.',
  }),
  'stdin-unreadable': (p: { reason: string }): Message => ({
    kind: 'input',
    text: `Standard input cannot be read: ${p.reason}.`,
    hint: 'save the data to a file, then name the file.',
  }),
  'input-not-found': (p: { input: string; folder: string; nearest?: string | undefined }): Message => ({
    kind: 'input',
    text: `${p.input === '' ? "''" : p.input}: there is no such file or folder ${p.folder === '.' ? 'here' : `in ${p.folder}`}.${meant(p.nearest)}`,
    hint: 'check the path; one with blanks, quotes or brackets belongs in quotes.',
  }),
  'no-files-since': (p: { since: string; files: number; newest: string }): Message => ({
    kind: 'input',
    text: `--since ${p.since}: the ${counted(p.files, 'file')} lie in folders of earlier days, the latest of them ${p.newest}.`,
    hint: 'name an earlier day with --since, or leave it out.',
  }),
  'no-input-files': (p: { input: string; what: 'folder' | 'pattern'; there: readonly string[] }): Message => ({
    kind: 'input',
    text:
      p.there.length === 0
        ? `${p.input}: ${p.what === 'folder' ? 'the folder holds no files' : 'no file matches this pattern'}.`
        : `${p.input}: the ${p.what} leads to no .csv, .tsv, .txt, .json, .jsonl, .ndjson, .parquet, .arrow, .arrows, .ipc, .feather or .zip file; there is ${listed(p.there, 5)}.`,
    hint:
      p.what === 'folder' ? 'name the files themselves if their names end otherwise.' : 'quote the pattern, so that it arrives as written.',
  }),
  'input-not-a-file': (p: { file: string; what: string }): Message => ({
    kind: 'input',
    text: `${p.file} is ${p.what}, and segment reads its input more than once.`,
    hint: 'save the data to a file, then name the file.',
  }),
  'input-name-unreadable': (p: { file: string }): Message => ({
    kind: 'input',
    text: `${p.file}: the engine cannot tell a path with a backslash and one of * ? [ from a pattern.`,
    hint: 'rename the file or its folder.',
  }),
  'input-unreadable': (p: { file: string; reason: string }): Message => ({
    kind: 'input',
    text: `${p.file} cannot be read: ${p.reason}.`,
    hint: 'look whether it can be read in another way; if not, copy or export it again.',
  }),
  'file-empty': (p: { file: string; what?: string | undefined }): Message => ({
    kind: 'input',
    text: `${p.file} is empty: it ${p.what ?? 'has 0 bytes'}.`,
    hint: 'export it again, or leave the file out.',
  }),
  'not-as-named': (p: { file: string; named: string; found: string }): Message => ({
    kind: 'input',
    text: `${p.file} is named as ${p.named}, but it holds ${p.found}.`,
    hint: 'rename the file to what it holds if that is what it should be, for example to .csv.',
  }),
  'parquet-cut': (p: { file: string }): Message => ({
    kind: 'input',
    text: `${p.file} begins as Parquet, but the end that every Parquet file has is missing: it was cut off, or is still being written.`,
    hint: 'copy or export the file again.',
  }),
  'arrow-cut': (p: { file: string }): Message => ({
    kind: 'input',
    text: `${p.file} begins as Arrow, but ends in the middle of what it holds: it was cut off, or is still being written.`,
    hint: 'copy or export the file again.',
  }),
  'arrow-unreadable': (p: { file: string; why: string }): Message => ({
    kind: 'input',
    text: `${p.file} cannot be read as Arrow: ${p.why}.`,
    hint: 'export the file again, or as Parquet or CSV.',
  }),
  'arrow-type': (p: { file: string; column: string; type: string }): Message => ({
    kind: 'input',
    text: `${p.file}: the column "${p.column}" is of an Arrow type that cannot be read: ${p.type}.`,
    hint: 'leave that column out of the export, or export it as Parquet or CSV.',
  }),
  'arrow-expands': (p: { file: string; times: number }): Message => ({
    kind: 'input',
    text: `${p.file} is an Arrow file whose compressed parts hold more than ${p.times} times its own size, the limit of --max-expand.`,
    hint: `if the file is what it should be, raise the limit, for example --max-expand ${5 * p.times}.`,
  }),
  'old-feather': (p: { file: string }): Message => ({
    kind: 'input',
    text: `${p.file} is Feather of version 1, which came before the Arrow file format; segment reads Feather of version 2.`,
    hint: 'write it again: df.to_feather(path) of pandas writes version 2.',
  }),
  'unsupported-format': (p: { file: string; found: string }): Message => ({
    kind: 'input',
    text: `${p.file} holds ${p.found}; segment reads CSV, TSV and JSON Lines, plain, gzip or zstd, Parquet and Arrow, also within a zip archive.`,
    hint: 'export it as CSV or Parquet.',
  }),
  'html-page': (p: { file: string }): Message => ({
    kind: 'input',
    text: `${p.file} holds HTML or XML where rows should be, as when a sign-in page is saved in place of an export.`,
    hint: 'download the export again, signed in.',
  }),
  encoding: (p: { file: string; line: number; encoding: string; guess?: string | undefined }): Message => ({
    kind: 'input',
    text:
      p.guess === undefined
        ? `${p.file}:${p.line}: this line holds bytes that are not valid in the encoding ${p.encoding.toUpperCase()}.`
        : `${p.file}:${p.line} is not in the encoding ${p.encoding.toUpperCase()}: it looks like ${p.guess.toUpperCase()} without a byte order mark.`,
    settledBy: [{ flag: '--encoding', value: p.guess ?? (p.encoding === 'utf-8' ? 'windows-1252' : 'utf-8') }],
    hint: `name the encoding the file is in, for example --encoding ${p.guess ?? (p.encoding === 'utf-8' ? 'windows-1252' : 'utf-8')}.`,
  }),
  'gzip-damaged': (p: { file: string; reason: string }): Message => ({
    kind: 'input',
    text: `${p.file} is a damaged gzip file: ${p.reason}.`,
    hint: 'copy or download it again; gzip -t tells whether it is whole.',
  }),
  'gzip-expands': (p: { file: string; times: number }): Message => ({
    kind: 'input',
    text: `${p.file} is a gzip file that holds more than ${p.times} times its own size, the limit of --max-expand.`,
    hint: `if the file is what it should be, raise the limit, for example --max-expand ${5 * p.times}.`,
  }),
  'zstd-damaged': (p: { file: string; reason: string }): Message => ({
    kind: 'input',
    text: `${p.file} is a damaged zstd file: ${p.reason}.`,
    hint: 'copy or download it again; zstd -t tells whether it is whole.',
  }),
  'zstd-expands': (p: { file: string; times: number }): Message => ({
    kind: 'input',
    text: `${p.file} is a zstd file that holds more than ${p.times} times its own size, the limit of --max-expand.`,
    hint: `if the file is what it should be, raise the limit, for example --max-expand ${5 * p.times}.`,
  }),
  'zstd-unsupported': (p: { file: string; how: string }): Message => ({
    kind: 'input',
    text: `${p.file} is a zstd file that was ${p.how}, which segment does not unpack.`,
    hint: 'unpack it with zstd -d, and name the unpacked file.',
  }),
  'zip-damaged': (p: { file: string; reason: string }): Message => ({
    kind: 'input',
    text: `${p.file} is damaged, or no proper zip archive: ${p.reason}.`,
    hint: 'copy or download it again; unzip -t tells whether it is whole.',
  }),
  'zip-expands': (p: { file: string; times: number }): Message => ({
    kind: 'input',
    text: `${p.file} holds more than ${p.times} times the bytes it takes in the archive, the limit of --max-expand.`,
    hint: `if the file is what it should be, raise the limit, for example --max-expand ${5 * p.times}.`,
  }),
  'zip-unsupported': (p: { file: string; how: string }): Message => ({
    kind: 'input',
    text: `${p.file} is ${p.how}, which segment does not unpack.`,
    hint: 'unpack the archive with another program, and name the folder it went to.',
  }),
  'zip-without-files': (p: { file: string; there: readonly string[] }): Message => ({
    kind: 'input',
    text:
      p.there.length === 0
        ? `${p.file} is a zip archive without files.`
        : `${p.file} is a zip archive, and no name in it ends as those of data files do (.csv, .json.gz, .parquet …); there is ${listed(p.there, 5)}.`,
    hint: 'unpack the archive, and name the file that holds the events.',
  }),
  'unterminated-quote': (p: { file: string; line: number }): Message => ({
    kind: 'input',
    text: `${p.file}:${p.line}: a quote that begins in this record never closes, so the records after it cannot be told apart.`,
    hint: 'correct the quote on that line, or export the file again; --delimiter helps if the fields are split by another character.',
  }),
  'line-too-long': (p: { file: string; line: number }): Message => ({
    kind: 'input',
    text: `${p.file}:${p.line} is too long for one record of events.`,
    hint: 'look whether the line ends of the file were lost when it was exported.',
  }),
  'header-empty': (p: { file: string; line: number; columns: number }): Message => ({
    kind: 'input',
    text: `${p.file}:${p.line} should be the header, but all ${p.columns} column names are empty.`,
    hint: 'put the column names on the first line of the file.',
  }),
  'header-nul': (p: { file: string; line: number }): Message => ({
    kind: 'input',
    text: `${p.file}:${p.line} should be the header, but a column name there holds a NUL byte.`,
    hint: 'export the file again: it is damaged, or no text.',
  }),
  'json-list-damaged': (p: { file: string; line: number; what: string }): Message => ({
    kind: 'input',
    text: `${p.file}:${p.line}: the JSON list is damaged: ${p.what}.`,
    hint: 'export or download it again.',
  }),
  'no-json-objects': (p: { file: string }): Message => ({
    kind: 'input',
    text: `${p.file} begins like JSON, but no line of it is a JSON object with keys, as {"user_id": "u1", "time": "2024-01-01"} is.`,
    hint: `put every object on a line of its own, for example with jq -c . ${shellWord(p.file)} > events.jsonl.`,
  }),
  'too-many-columns': (p: { file: string; columns: number; limit: number }): Message => ({
    kind: 'input',
    text: `${p.file} has ${p.columns} columns; segment reads up to ${p.limit}.`,
    hint: 'export only the columns that describe an event.',
  }),

  // columns, times and amounts
  'columns-missing': (p: ColumnProblems): Message => columnsMessage(p),
  'columns-ambiguous': (p: ColumnProblems): Message => columnsMessage(p),
  'column-absent': (p: ColumnProblems): Message => columnsMessage(p),
  'unknown-preset': (p: { name: string; nearest?: string | undefined }): Message => ({
    kind: 'usage',
    text: `There is no preset ${p.name}.${meant(p.nearest)}`,
    hint: 'segment presets lists them; --preset none reads the columns by their names alone.',
  }),
  'unknown-recipe': (p: { name: string; nearest?: string | undefined }): Message => ({
    kind: 'usage',
    text: `There is no recipe ${p.name}.${meant(p.nearest)}`,
    hint: 'segment recipes lists them.',
  }),
  'presets-equal': (p: { file: string; presets: readonly PresetName[]; command: string }): Message => ({
    kind: 'input',
    text: `${p.file}: the columns fit ${listed(p.presets.map(presetWords))} equally well.`,
    settledBy: [{ flag: '--preset', value: p.presets[0]?.name ?? 'none' }],
    hint: `say which it is: ${p.command} --preset ${p.presets[0]?.name ?? ''}, or --preset none.`,
  }),
  'presets-mixed': (p: {
    file: string;
    preset: PresetName;
    other: string;
    otherPreset: PresetName | undefined;
    missing: readonly string[];
    command: string;
  }): Message => ({
    kind: 'input',
    text:
      p.otherPreset === undefined
        ? `${p.file} is an export of ${presetWords(p.preset)}, ${p.other} is not: it has no ${quotedList(p.missing)}.`
        : `${p.file} is an export of ${presetWords(p.preset)}, ${p.other} of ${presetWords(p.otherPreset)}: one input is one export.`,
    settledBy: [{ flag: '--preset', value: p.preset.name }],
    hint: `run them one by one; if they are alike, say how to read them: ${p.command} --preset ${p.preset.name}, or --preset none.`,
  }),
  'preset-columns-missing': (p: { preset: string; columns: readonly string[]; file: string; found: readonly string[] }): Message => ({
    kind: 'input',
    text: `--preset ${p.preset}: ${p.file} has no column ${listed(p.columns.map((name) => `"${name}"`))}. It has: ${listed(p.found)}.`,
    hint: 'name the columns with --user-column and --time-column, or leave out --preset.',
  }),
  'column-two-roles': (p: { flags: readonly [string, string]; column: string }): Message => ({
    kind: 'usage',
    text: `${p.flags.join(' and ')} both name "${p.column}"; a column has one role.`,
    hint: `give ${p.flags[1]} another column, or leave it out.`,
  }),
  'date-order-ambiguous': (
    p: {
      file: string;
      column: string;
      command: string;
      value: string;
      dayFirst: string;
      monthFirst: string;
      contradiction: string | undefined;
      dayFirstFormat: string;
      monthFirstFormat: string;
    } & TimeFlags,
  ): Message => ({
    kind: 'input',
    text:
      p.contradiction === undefined
        ? `${p.file}: column "${p.column}": "${p.value}" is ${p.dayFirst} when the day comes first and ${p.monthFirst} when the month does, and no value of the first 10,000 records settles it.`
        : `${p.file}: column "${p.column}": in "${p.value}" the day comes first, in "${p.contradiction}" the month, so the order of the other dates is not known.`,
    ...(p.flags === undefined ? { settledBy: [{ flag: '--time-format', value: p.dayFirstFormat }] } : {}),
    hint: `say which: ${p.command} ${formatFlag(p)} '${p.dayFirstFormat}' (day first) or '${p.monthFirstFormat}' (month first).`,
  }),
  'time-unreadable': (
    p: {
      file: string;
      column: string;
      command: string;
      examples: readonly string[];
      format: string | undefined;
    } & TimeFlags,
  ): Message => ({
    kind: 'input',
    text: `${p.file}: no time can be read from column "${p.column}", which holds ${quotedList(p.examples)}.`,
    ...(p.format === undefined || p.flags !== undefined ? {} : { settledBy: [{ flag: '--time-format', value: p.format }] }),
    hint:
      p.format === undefined
        ? `say how its times are written, for example ${p.command} ${formatFlag(p)} '%d.%m.%Y %H:%M', or name another column with ${timeColumnFlag(p)}.`
        : `try: ${p.command} ${formatFlag(p)} '${p.format}', or name another column with ${timeColumnFlag(p)}.`,
  }),
  'time-format-mismatch': (
    p: { file: string; column: string; command: string; format: string; examples: readonly string[] } & TimeFlags,
  ): Message => ({
    kind: 'input',
    text: `${p.file}: ${formatFlag(p)} ${p.format} reads no value of column "${p.column}", which holds ${quotedList(p.examples)}.`,
    hint: 'correct the format: %Y is the year, %m the month, %d the day, %H the hour, %M the minute, %S the second.',
  }),
  'time-format-token': (p: { format: string; token: string } & TimeFlags): Message => ({
    kind: 'usage',
    text: `${formatFlag(p)} ${p.format}: there is no ${p.token}.`,
    hint: 'the usual ones are %Y year, %m month, %d day, %H hour, %I with %p 12-hour clock, %M minute, %S second, %z offset.',
  }),
  'unknown-timezone': (p: { zone: string; nearest: string | undefined }): Message => ({
    kind: 'usage',
    text: `--timezone ${p.zone}: there is no such time zone.${meant(p.nearest)}`,
    hint: 'name a zone such as Europe/Berlin, or an offset such as +05:30.',
  }),
  'decimal-ambiguous': (p: {
    file: string;
    column: string;
    command: string;
    value: string;
    contradiction: string | undefined;
  }): Message => ({
    kind: 'input',
    text:
      p.contradiction === undefined
        ? `${p.file}: column "${p.column}": the comma in "${p.value}" can separate decimals or thousands, and no value of the first 10,000 records settles it.`
        : `${p.file}: column "${p.column}": "${p.value}" has a decimal comma and "${p.contradiction}" a decimal dot.`,
    settledBy: [{ flag: '--decimal', value: ',' }],
    hint: `say which sign it is: ${p.command} --decimal ',' (or '.')`,
  }),
  'currencies-mixed': (p: {
    file: string;
    column: string;
    command: string;
    currencies: readonly string[];
    examples: readonly string[];
  }): Message => ({
    kind: 'input',
    text: `${p.file}: column "${p.column}" holds amounts in ${p.currencies.length} currencies (${listed(p.currencies)}), for example ${quotedList(p.examples)}; they cannot be added.`,
    settledBy: [{ flag: '--currency', value: p.currencies[0] ?? 'USD' }],
    hint: `count one currency only: ${p.command} --currency ${shellWord(p.currencies[0] ?? 'USD')}`,
  }),
  // reading all files as one input
  'parquet-unreadable': (p: { file: string; why: string }): Message => ({
    kind: 'input',
    text: `${p.file} cannot be read as Parquet: ${p.why}`,
    hint: 'export the file again; a download that broke off looks like this.',
  }),
  'column-missing-in-file': (p: { file: string; column: string; role: string; flag: string; found: readonly string[] }): Message => ({
    kind: 'input',
    text: `${p.file} has no column "${p.column}", which holds the ${p.role} in the other files. It has: ${listed(p.found)}.`,
    hint: `leave the file out, or name a ${p.role} column that all files share with ${p.flag}.`,
  }),
  'no-person-column': (p: { needs: string; entity: string }): Message => ({
    kind: 'input',
    text: `${p.needs} needs a column of people, and beside --entity ${p.entity} no column is named like a user id.`,
    hint: `name the column of people with --user-column, or leave ${p.needs} out.`,
  }),
  'column-unknown': (p: { flag: string; column: string; found: readonly string[]; nearest?: string | undefined }): Message => ({
    kind: 'input',
    text: `${p.flag} ${p.column}: there is no such column.${meant(p.nearest)} There is: ${listed(p.found)}.`,
    hint: `name one of them with ${p.flag}.`,
  }),
  'rule-column-unknown': (p: { segment: string; column: string; found: readonly string[]; nearest?: string | undefined }): Message => ({
    kind: 'input',
    text: `segment ${p.segment} asks for the property ${p.column}, and there is no such column.${meant(p.nearest)} There is: ${listed(p.found)}.`,
    hint: 'segment inspect shows the properties of the files.',
  }),
  'rule-without-amounts': (p: { segment: string }): Message => ({
    kind: 'input',
    text: `segment ${p.segment} asks for amount, and no column was found that holds it.`,
    hint: 'name the column with --value-column.',
  }),
  'property-ambiguous': (p: { option: string; name: string }): Message => ({
    kind: 'input',
    text: `${p.option} ${p.name}: both the events and the users file have this column.`,
    hint: `say which: ${p.option} users.${p.name}, or ${p.option} events.${p.name}.`,
  }),
  'by-alike': (p: { left: string; right: string }): Message => ({
    kind: 'usage',
    text: `--by ${p.left} and ${p.right} differ in case only, and two columns of the members cannot.`,
    hint: 'leave one of them out of --by.',
  }),
  'keep-taken': (p: { column: string }): Message => ({
    kind: 'usage',
    text: `--keep ${p.column}: the members have a column of that name already.`,
    hint: 'rename the column in the input, or leave it out of --keep.',
  }),
  'keep-alike': (p: { left: string; right: string }): Message => ({
    kind: 'usage',
    text: `--keep ${p.left} and ${p.right} differ in case only, and two columns of the members cannot.`,
    hint: 'rename one of the columns in the input, or leave it out of --keep.',
  }),
  'no-events': (p: { files: readonly string[] }): Message => ({
    kind: 'input',
    text: `${listed(p.files)}: no events, only a header.`,
    hint: 'check that the export job wrote rows; nothing was changed.',
  }),
  'all-days-paused': (p: { first: string; asOf: string }): Message => ({
    kind: 'input',
    text: `Every day from the first event on ${p.first} to the as-of day ${p.asOf} is paused: there is no day left to count.`,
    hint: 'shorten or leave out --pause, or name a later day with --as-of.',
  }),
  'from-not-before-to': (p: { from: string; to: string }): Message => ({
    kind: 'usage',
    text: `--from ${p.from} is not before --to ${p.to}.`,
    hint: 'name an earlier day with --from, or a later one with --to.',
  }),
  'from-not-before-newest': (p: { from: string; asOf: string }): Message => ({
    kind: 'input',
    text: `--from ${p.from} is not before ${p.asOf}, the as-of date that follows from the newest day in the files.`,
    hint: 'name an earlier day with --from, or a later one with --to.',
  }),
  'nobody-before-from': (p: { from: string; first: string }): Message => ({
    kind: 'input',
    text: `Nobody is there as of --from ${p.from}: the first event is of ${p.first}.`,
    hint: `name ${p.first} or a later day with --from.`,
  }),
  'backtest-short-history': (p: { historyDays: number; neededDays: number; horizonDays: number; beforeDays: number }): Message => ({
    kind: 'input',
    text: `The history of ${counted(p.historyDays, 'day')} is too short to look back: it takes ${p.neededDays}, ${p.beforeDays} up to the first date and ${p.horizonDays} after it.`,
    hint:
      p.historyDays <= p.beforeDays
        ? 'give a longer export.'
        : `give a longer export, or look ${counted(p.historyDays - p.beforeDays, 'day')} ahead with --horizon ${p.historyDays - p.beforeDays}d.`,
  }),
  'backtest-nobody': (p: { dates: number; segmentation: string }): Message => ({
    kind: 'input',
    text: `There is nothing to judge ${p.segmentation} by: at ${p.dates === 1 ? 'the only date' : `none of the ${p.dates} dates`} that the history allows anybody was there who counts.`,
    hint: 'look at more people: without --only, --where or --exclude, or with --segmentation status.',
  }),
  'nobody-before-as-of': (p: {
    asOf: string;
    since: string | undefined;
    rows: { total: number; afterAsOf: number; beforeSince?: number | undefined; rejected: number; withoutUser: number };
  }): Message => ({
    kind: 'input',
    text: `Nobody is left${p.rows.afterAsOf === 0 ? '' : ` up to ${p.asOf}`}: of ${counted(p.rows.total, 'row')}, ${[
      ...(p.rows.afterAsOf === 0 ? [] : [`${grouped(p.rows.afterAsOf)} ${p.rows.afterAsOf === 1 ? 'lies' : 'lie'} later`]),
      ...(!p.rows.beforeSince ? [] : [`${grouped(p.rows.beforeSince)} ${p.rows.beforeSince === 1 ? 'lies' : 'lie'} before ${p.since}`]),
      ...(p.rows.rejected === 0 ? [] : [`${grouped(p.rows.rejected)} could not be read`]),
      ...(p.rows.withoutUser === 0 ? [] : [`${grouped(p.rows.withoutUser)} ${p.rows.withoutUser === 1 ? 'has' : 'have'} no user id`]),
    ].join(', ')}.`,
    hint: p.rows.beforeSince
      ? 'name an earlier day with --since, or leave it out.'
      : p.rows.afterAsOf > 0
        ? 'name a later day with --as-of, or leave it out to take the newest event.'
        : p.rows.withoutUser > 0
          ? 'name the column of the user id with --user-column.'
          : '--rejects FILE writes the rejected rows with the reason.',
  }),
  'nobody-left': (p: { filters: string }): Message => ({
    kind: 'input',
    text: `Nobody is left: ${p.filters}.`,
    hint: 'check that the ids, and the values of --where, are written as in the files; case, blanks and leading zeros count.',
  }),
  'no-ids': (p: { file: string; ids: number; total: number }): Message => ({
    kind: 'input',
    text:
      p.ids === 0
        ? `--ids ${p.file} has no ids: ${counted(p.total, 'row')} below the line of the column's name.`
        : `--only and --exclude leave none of the ${counted(p.ids, 'id')} in ${p.file}.`,
    hint: 'name a file with a column of ids with --ids, or FILES of events in its place.',
  }),
  'too-many-rejects': (p: { rejected: number; total: number; bound: string; examples: readonly string[] }): Message => ({
    kind: 'input',
    text: `${grouped(p.rejected)} of ${counted(p.total, 'row')} could not be read; allowed: ${p.bound}. The first: ${listed(p.examples, 5)}.`,
    settledBy: [{ flag: '--max-rejects', value: '100%' }],
    hint: 'accept them with --max-rejects 100%, or list them all with --rejects FILE.',
  }),
  'too-many-bad-amounts': (p: { bad: number; total: number; bound: string }): Message => ({
    kind: 'input',
    text: `${counted(p.bad, 'amount')} in ${counted(p.total, 'row')} could not be read; allowed: ${p.bound}.`,
    settledBy: [{ flag: '--max-rejects', value: '100%' }],
    hint: 'say how they are written with --decimal, name another column with --value-column, or accept them with --max-rejects 100%.',
  }),
  'currencies-in-column': (p: { column: string; currencies: readonly string[] }): Message => ({
    kind: 'input',
    text: `The column "${p.column}" holds more than one currency: ${listed(p.currencies)}. Their amounts cannot be added.`,
    settledBy: [{ flag: '--currency', value: p.currencies[0] ?? 'USD' }],
    hint: `count one of them with --currency ${shellWord(p.currencies[0] ?? 'USD')}.`,
  }),
  'frozen-edge': (p: { edge: string; decimals: number }): Message => ({
    kind: 'input',
    text: `--freeze: the edge ${p.edge} is none that a run writes: an edge has up to 38 digits, ${p.decimals} of them decimals.`,
    hint: 'give the manifest.json of an earlier run as it was written, for example --freeze segments/manifest.json.',
  }),
  'frozen-basis': (p: { path: string; frozen: 'orders' | 'activity'; found: 'orders' | 'activity' }): Message => ({
    kind: 'input',
    text: `--freeze ${p.path}: its edges score ${p.frozen}, and this input is scored by ${p.found}, so they do not fit.`,
    hint: 'freeze the manifest of a run on an export of the same kind, or leave out --freeze.',
  }),
  'frozen-model': (p: { path: string; metric: string; frozen: readonly string[]; model: string; scores: number }): Message => ({
    kind: 'input',
    text: `--freeze ${p.path}: its edges of ${p.metric} are ${p.frozen.join(', ')}, and the RFM model ${p.model} has ${p.scores} scores with other edges.`,
    hint: 'freeze the manifest of a run with the same --rfm, or leave out --freeze.',
  }),
  'rfm-without-money': (p: { model: string; missing: 'orders' | 'amounts' }): Message => ({
    kind: 'input',
    text:
      p.missing === 'orders'
        ? `The RFM model ${p.model} decides by money too, and nothing in the input is an order.`
        : `The RFM model ${p.model} decides by money too, and no column holds amounts.`,
    hint:
      p.missing === 'orders'
        ? 'name the events that are orders with --value-event, or take a model of R and F: --rfm grid.'
        : 'name the column of the amounts with --value-column, or take a model of R and F: --rfm grid.',
  }),
  'rejects-unwritable': (p: { path: string; reason: string }): Message => ({
    kind: 'environment',
    text: `--rejects ${p.path} cannot be written: ${p.reason}.`,
    hint: 'name a file in a folder that exists and may be written with --rejects.',
  }),
  'rejects-is-input': (p: { path: string; input: string }): Message => ({
    kind: 'usage',
    text: `--rejects ${p.path} is the input ${p.input}, which it would replace.`,
    hint: 'name a new file with --rejects.',
  }),
  'rejects-in-input': (p: { path: string; input: string }): Message => ({
    kind: 'usage',
    text: `--rejects ${p.path} lies in the input ${p.input}: the next run would read it as events.`,
    hint: 'name a file outside of the input with --rejects.',
  }),
  'rejects-in-output': (p: { path: string; directory: string }): Message => ({
    kind: 'usage',
    text: `--rejects ${p.path} lies in --out ${p.directory}, which holds the published files alone.`,
    hint: 'name a file outside of that folder with --rejects.',
  }),
  'input-changed': (p: { file: string }): Message => ({
    kind: 'input',
    text: `${p.file} changed while it was read.`,
    hint: 'run again when nothing writes to it any more.',
  }),

  // files of people
  'side-stdin': (p: { flag: string }): Message => ({
    kind: 'usage',
    text: `${p.flag} -: standard input is for events.`,
    hint: `save the data to a file, then name it with ${p.flag}.`,
  }),
  'side-several': (p: { flag: string; path: string; files: number }): Message => ({
    kind: 'input',
    text: `${p.flag} ${p.path} leads to ${counted(p.files, 'file')}, and it takes one.`,
    hint: `name one file with ${p.flag}.`,
  }),
  'side-column-missing': (p: {
    flag: string;
    file: string;
    what: string;
    option: string | undefined;
    found: readonly string[];
  }): Message => ({
    kind: 'input',
    text: `${p.flag} ${p.file}: no column is named like the ${p.what}. There is: ${quotedList(p.found)}.`,
    hint: p.option === undefined ? 'call the column of the ids user_id.' : `name it with ${p.option}.`,
  }),
  'side-column-ambiguous': (p: {
    flag: string;
    file: string;
    what: string;
    option: string | undefined;
    names: readonly string[];
  }): Message => ({
    kind: 'input',
    text: `${p.flag} ${p.file}: ${quotedList(p.names)} are equally good names for the ${p.what}.`,
    hint: p.option === undefined ? 'rename one of the two in the file.' : `name one of them with ${p.option}, or rename one.`,
  }),
  'side-rejects': (p: { flag: string; file: string; rejected: number; total: number; bound: string }): Message => ({
    kind: 'input',
    text: `${p.flag} ${p.file}: ${grouped(p.rejected)} of ${counted(p.total, 'row')} could not be read; allowed: ${p.bound}.`,
    hint: 'export the file again, or accept them with --max-rejects 100%.',
  }),
  'users-conflict': (p: { file: string; ids: readonly string[]; users: number }): Message => ({
    kind: 'input',
    text: `--users ${p.file}: ${p.users === 1 ? '1 user has rows that differ' : `${grouped(p.users)} users have rows that differ`} in their sign-up or in a column that is used: ${idList(p.ids, p.users)}.`,
    hint: 'leave one row of each user in the file.',
  }),
  'identity-columns': (p: { file: string; found: readonly string[] }): Message => ({
    kind: 'input',
    text: `--identity ${p.file}: two columns of ids are needed, and there is: ${quotedList(p.found)}.`,
    hint: 'give a file with the columns anonymous_id and user_id.',
  }),
  'identity-conflict': (p: { file: string; ids: readonly string[]; conflicts: number }): Message => ({
    kind: 'input',
    text: `--identity ${p.file}: ${p.conflicts === 1 ? '1 id becomes' : `${grouped(p.conflicts)} ids become`} more than one user: ${idList(p.ids, p.conflicts)}.`,
    hint: 'leave one row of each of them in the file.',
  }),
  'identity-cycle': (p: { file: string; ids: readonly string[]; count: number }): Message => ({
    kind: 'input',
    text: `--identity ${p.file}: these ids lead back to themselves, so nobody knows which of them stays: ${idList(p.ids, p.count)}.`,
    hint: 'remove the row that leads back from the file.',
  }),

  // compare
  'compare-nothing': (p: { example: string }): Message => ({
    kind: 'usage',
    text: 'segment compare needs --by WAY or --a SEGMENT, and neither was given.',
    hint: `for example: ${p.example}`,
  }),
  'compare-unknown-way': (p: { flag: string; way: string; ways: readonly string[]; nearest: string | undefined }): Message => ({
    kind: 'usage',
    text: `${p.flag} ${p.way}: there is no such way of segmenting.${meant(p.nearest)}`,
    hint: `name one of ${listed(p.ways)}, or property:<column>.`,
  }),
  'unknown-own-segment': (p: { segmentation: string; own: readonly string[]; nearest: string | undefined }): Message => ({
    kind: 'usage',
    text: `--segmentation ${p.segmentation}: there is no own segment ${p.own.length === 0 ? 'at all' : 'of that name'}.${meant(p.nearest)}`,
    hint:
      p.own.length === 0
        ? 'define one below segments: in segment.yaml, or with --segment "vip: monetary >= 500".'
        : `name one of ${listed(p.own)}.`,
  }),
  'segments-unused': (p: { option: string; segmentation: string; own: readonly string[] }): Message => ({
    kind: 'usage',
    text: `${p.option}: --segmentation ${p.segmentation} looks at no own segment.`,
    hint: `choose one, for example --segmentation ${p.own[0]}.`,
  }),
  'compare-unknown-segment': (p: { flag: string; segment: string; segments: readonly string[]; nearest: string | undefined }): Message => ({
    kind: 'usage',
    text: `${p.flag} ${p.segment}: there is no such segment.${meant(p.nearest)}`,
    hint: `name one of ${listed(p.segments)}.`,
  }),
  'compare-unknown-metric': (p: { metric: string; metrics: readonly string[]; nearest: string | undefined }): Message => ({
    kind: 'usage',
    text: `--metric ${p.metric}: there is no such metric.${meant(p.nearest)}`,
    hint: `name some of ${listed(p.metrics, 40)}.`,
  }),
  'compare-no-landmark': (p: { way: string; isOwn: boolean; ways: readonly string[] }): Message => ({
    kind: 'usage',
    text: p.isOwn
      ? '--landmark does not go with own segments: who is in them is known as of the as-of day only.'
      : `--landmark does not go with ${p.way}: who was in it on an early day of each user is not known.`,
    hint: p.isOwn
      ? 'leave out --landmark, or compare by a status with --landmark 2026-05-01.'
      : `name one day for everybody, such as --landmark 2026-05-01; days of each user go with ${p.ways.join(', ')} and property:<column>.`,
  }),
  'landmark-after-as-of': (p: { landmark: string; asOf: string }): Message => ({
    kind: 'input',
    text: `--landmark ${p.landmark} is after ${p.asOf}, the as-of day: no day is left to look at.`,
    hint: 'name an earlier day with --landmark, or take a newer export.',
  }),
  'compare-bad-layers': (p: { value: string }): Message => ({
    kind: 'usage',
    text: `--stratify ${p.value}: there are no such layers.`,
    hint: 'name month, none or property:<column>.',
  }),
  'compare-one-group': (p: { name: string; groups: readonly string[]; users: number }): Message => ({
    kind: 'input',
    text:
      p.groups.length === 0
        ? `nobody is in a group of ${p.name}, so there is nothing to compare.`
        : `only one group of ${p.name} has users (${p.groups.join(', ')}, ${counted(p.users, 'user')}), so there is nothing to compare it with.`,
    hint: 'compare by another way with --by.',
  }),
  'compare-no-reference': (p: { reference: string; groups: readonly string[] }): Message => ({
    kind: 'input',
    text: `--reference ${p.reference}: nobody is in such a group.`,
    hint: `name one of ${listed(p.groups)} with --reference.`,
  }),
  'compare-many-layers': (p: { layers: number; most: number }): Message => ({
    kind: 'input',
    text: `--stratify: there are ${grouped(p.layers)} layers, and at most ${grouped(p.most)} can be held apart.`,
    hint: 'hold apart by a property of fewer values with --stratify property:<column>.',
  }),

  // explain
  'explain-nobody': (p: { example: string }): Message => ({
    kind: 'usage',
    text: 'segment explain needs --user ID or --status NAME, and neither was given.',
    hint: `for example: ${p.example}`,
  }),
  'profile-nobody': (p: { unknown: string | undefined; example: string; segments: readonly string[] }): Message => ({
    kind: 'usage',
    text:
      p.unknown === undefined
        ? 'segment profile needs a segment, and none was named.'
        : `There is no segment and no file called ${p.unknown}.`,
    hint: `for example: ${p.example}; segments are ${listed(p.segments)}.`,
  }),
  'user-unknown': (p: {
    userId: string;
    since?: string | undefined;
    users: number;
    alike: readonly string[];
    examples: readonly string[];
  }): Message => ({
    kind: 'input',
    text:
      p.alike.length === 0
        ? `--user ${p.userId}: none of the ${counted(p.users, 'user')} has this id${p.since === undefined ? '' : ` since ${p.since}`}; their ids begin with ${quotedList(p.examples)}.`
        : `--user ${p.userId}: none of the ${counted(p.users, 'user')} has exactly this id${p.since === undefined ? '' : ` since ${p.since}`}; there is ${quotedList(p.alike)}.`,
    hint:
      p.alike.length === 0
        ? 'copy the id from the input: case, blanks and leading zeros count.'
        : `case, blanks and leading zeros count: name it as it stands there, --user ${shellWord(p.alike[0] ?? '')}`,
  }),
  'user-filtered': (p: { userId: string; filters: string }): Message => ({
    kind: 'input',
    text: `--user ${p.userId}: this user has events, but is left out: ${p.filters}.`,
    hint: 'leave out the filter to see what would be decided.',
  }),
  'user-not-used': (p: { userId: string; asOf: string; afterAsOf: number; rejected: number; nextDay: string | undefined }): Message => ({
    kind: 'input',
    text: `--user ${p.userId}: no row of this user counts up to ${p.asOf}: ${[
      ...(p.afterAsOf === 0 ? [] : [`${p.afterAsOf} ${p.afterAsOf === 1 ? 'lies' : 'lie'} later`]),
      ...(p.rejected === 0 ? [] : [`${p.rejected} ${p.rejected === 1 ? 'was' : 'were'} rejected for the time`]),
    ].join(', ')}.`,
    hint:
      p.nextDay === undefined
        ? '--rejects FILE writes the rejected rows with the reason.'
        : `name a later day with --as-of, for example --as-of ${p.nextDay}.`,
  }),

  // init
  'condition-unknown': (p: { condition: string; name: string; nearest: string | undefined; known: readonly string[] }): Message => ({
    kind: 'usage',
    text: `${p.condition}: there is no segmentation or column of members called ${p.name}, and no such file.`,
    hint:
      p.nearest === undefined
        ? `segmentations are ${listed(p.known)}; a file of that name is written ./${p.condition}.`
        : `did you mean ${p.nearest}?`,
  }),
  'condition-without-by': (p: { condition: string; by: string }): Message => ({
    kind: 'usage',
    text: `${p.condition}: users are not segmented by ${p.by}.`,
    hint: `add --by ${shellWord(p.by)}.`,
  }),
  'condition-segment': (p: {
    segmentation: string;
    segment: string;
    nearest: string | undefined;
    segments: readonly string[];
  }): Message => ({
    kind: 'usage',
    text: `${p.segmentation} has no segment ${p.segment === '' ? 'without a name' : p.segment}.`,
    hint: p.nearest === undefined ? `its segments are ${listed(p.segments)}.` : `did you mean ${p.segmentation}=${p.nearest}?`,
  }),
  'segment-ambiguous': (p: { segment: string; conditions: readonly string[] }): Message => ({
    kind: 'usage',
    text: `${p.segment} is a segment of more than one segmentation: ${listed(p.conditions)}.`,
    hint: `write ${p.conditions[0]}, for example.`,
  }),
  'segment-unknown': (p: { name: string; condition: string }): Message => ({
    kind: 'usage',
    text: `There is no segment and no file called ${p.name}.`,
    hint: `did you mean ${p.condition}?`,
  }),
  'condition-value': (p: { condition: string; expected: string }): Message => ({
    kind: 'usage',
    text: `${p.condition}: expected ${p.expected}.`,
    hint: 'segment list --help shows how conditions are written.',
  }),
  'member-column-unknown': (p: { option: string; name: string; nearest: string | undefined }): Message => ({
    kind: 'usage',
    text: `${p.option}: members has no column ${p.name}.`,
    hint: p.nearest === undefined ? 'segment help columns lists them; --keep adds columns of the input.' : `did you mean ${p.nearest}?`,
  }),
  'init-file-exists': (p: { path: string }): Message => ({
    kind: 'usage',
    text: `${p.path} is there already, and stays as it is.`,
    hint: 'name another file with --out, or print the settings with --stdout.',
  }),
  'init-no-folder': (p: { path: string; folder: string }): Message => ({
    kind: 'usage',
    text: `--out ${p.path} lies in ${p.folder}, and there is no such folder.`,
    hint: 'make the folder, or name a file in another one with --out.',
  }),

  'suggest-value-set': (p: { file: string; given: readonly { key: string; present: string; value: string; line: number }[] }): Message => ({
    kind: 'usage',
    text: `${p.file} sets ${p.given.map(({ key, present, value, line }) => `${key} to ${present} on line ${line}, not ${value}`).join(', and ')}; it stays as it is.`,
    hint: 'replace what it sets with --force.',
  }),
  'suggest-unwritable': (p: { file: string; reason: string }): Message => ({
    kind: 'environment',
    text: `${p.file} can't be written: ${p.reason}.`,
    hint: 'give the values with --set, or run where the config file can be written.',
  }),

  // demo
  'demo-file-exists': (p: { path: string }): Message => ({
    kind: 'usage',
    text: `--out ${p.path} is there already.`,
    hint: 'name another file with --out, or add --force to replace it.',
  }),
  'demo-not-a-file': (p: { path: string }): Message => ({
    kind: 'usage',
    text: `--out ${p.path} is no file: it is a folder, a link or a device.`,
    hint: 'name a new file with --out, for example --out demo.csv.',
  }),
  'demo-no-folder': (p: { path: string; folder: string }): Message => ({
    kind: 'usage',
    text: `--out ${p.path} lies in ${p.folder}, and there is no such folder.`,
    hint: 'make the folder, or name a file in another one with --out.',
  }),
} as const satisfies Record<string, (data: never) => Message>;

export type MessageCode = keyof typeof MESSAGES;
export type MessageData<C extends MessageCode> = Parameters<(typeof MESSAGES)[C]>[0];
