import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { NAMED_ROLES } from '../analysis/inspect/named-roles.js';
import { configLine, yamlText } from '../config/config-text.js';
import { OPTION_NAMES, OPTIONS, type OptionName } from '../config/options.js';
import type { Given, Layer } from '../config/settings.js';
import { rolesOf } from '../events/event-roles.js';
import { ROLE } from '../events/role-bits.js';
import type { ColumnRole } from '../input/column-mapping.js';
import { describeTimes } from '../input/describe-times.js';
import type { LoadedEvents } from '../input/load-events.js';
import { findColumn } from '../input/readers/reader.js';
import { formatCount } from '../report/format.js';
import { keepTogether, wrapText } from '../report/wrap-text.js';
import { escapePattern, hasPatternSigns } from './escape-pattern.js';

const WIDTH = 80;
const LISTED_EVENTS = 20;
const LISTED_COLUMNS = 20;
const SUGGESTED_COLUMNS = 3;
/** Suggested only where the export holds such an event. */
const PLAN_OPTIONS = [
  ['startEvent', ROLE.start],
  ['cancelEvent', ROLE.cancel],
  ['trialEvent', ROLE.trial],
  ['trialEndEvent', ROLE.trialEnd],
] as const satisfies readonly (readonly [OptionName, number])[];

export interface InitInputs {
  /** As on the command line. */
  readonly files: readonly string[];
  readonly loaded: LoadedEvents;
  /** What was said to `init` by flags and environment. */
  readonly given: Layer;
  readonly timezone: string;
  /** Folders, absolute: where the command stands, and where the file will lie. */
  readonly cwd: string;
  readonly folder: string;
}

interface Block {
  /** A paragraph each. */
  readonly about: readonly string[];
  /** Lines without their comment sign; what was given replaces them. */
  readonly lines: readonly Line[];
}

interface Line {
  readonly name: OptionName;
  /** Undefined for what is only there when it was given. */
  readonly texts?: readonly string[] | undefined;
  /** Whether it counts, or is a suggestion. */
  readonly isActive: boolean;
}

/** A config file that reads these files as they are read without it: what was found and given as settings, the rest as comments. */
export function initText(inputs: InitInputs): string {
  const blocks = [
    filesBlock(inputs),
    columnsBlock(inputs),
    otherColumnsBlock(inputs),
    timesBlock(inputs),
    eventsBlock(inputs),
    asOfBlock(),
  ];
  const written = new Set<OptionName>(['set', ...blocks.flatMap(({ lines }) => lines.map(({ name }) => name))]);
  const rest = OPTION_NAMES.filter((name) => !written.has(name) && isKept(name) && inputs.given.has(name));
  const others: Block[] =
    rest.length === 0 ? [] : [{ about: ['As it was said to segment init.'], lines: rest.map((name) => ({ name, isActive: true })) }];
  const head = comment([
    'Settings of segment, written by `segment init` from what the files show.',
    'A key is a flag of the command line. A line that begins with # counts for nothing until the # is taken away. `segment config` shows which settings count, and why.',
  ]);
  const set = inputs.given.get('set');
  const numbers = set === undefined ? ['# set:', '#   new.days: 14'] : givenLines('set', set, inputs);
  const parameters = [...comment(['The numbers of the rules; `segment params` lists and explains them.']), ...numbers];
  const parts = [head, ...[...blocks, ...others].map((block) => blockLines(block, inputs)), parameters];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function blockLines({ about, lines }: Block, inputs: InitInputs): string[] {
  return [...comment(about), ...lines.flatMap((line) => settingLines(line, inputs))];
}

function settingLines({ name, texts, isActive }: Line, inputs: InitInputs): string[] {
  const given = inputs.given.get(name);
  if (given !== undefined) return givenLines(name, given, inputs);
  return texts === undefined ? [] : [`${isActive ? '' : '# '}${configLine(name, texts)}`];
}

function givenLines(name: OptionName, given: readonly Given[], inputs: InitInputs): string[] {
  const texts = given.flatMap((one) => one.texts);
  const { kind } = OPTIONS[name].value;
  if (kind === 'parameters') {
    const parameters = new Map(texts.map((text) => [text.slice(0, text.indexOf('=')).trim(), text.slice(text.indexOf('=') + 1).trim()]));
    return [`${name}:`, ...[...parameters].map(([parameter, value]) => `  ${parameter}: ${value}`)];
  }
  const isPath = kind === 'file' || kind === 'folder' || kind === 'input';
  return [configLine(name, isPath ? texts.map((text) => fromFolder(text, inputs)) : texts)];
}

/** Whether what was said to `init` belongs into the file: not what is about this run alone. */
function isKept(name: OptionName): boolean {
  return OPTIONS[name].group !== 'run' && OPTIONS[name].group !== 'write';
}

function filesBlock(inputs: InitInputs): Block {
  const { files } = inputs;
  const folders = new Set(files.map(dirname));
  const endings = new Set(files.map(extname));
  const [folder] = folders;
  const isOneKind = files.length > 1 && folders.size === 1 && endings.size === 1 && files.every((file) => !hasPatternSigns(basename(file)));
  const about = ['What commands without FILES read: files, folders and patterns, from the folder of this file.'];
  if (isOneKind) {
    const pattern = join(escapePattern(fromFolder(folder ?? '.', inputs)), `*${[...endings].join('')}`);
    about.push(`A pattern takes the files of tomorrow too: ${configLine('inputs', [pattern])}`);
  }
  return { about, lines: [{ name: 'inputs', texts: files.map((file) => fromFolder(file, inputs)), isActive: true }] };
}

function columnsBlock({ loaded: { mapping, preset, readings }, given }: InitInputs): Block {
  const hasEntity = given.has('entity');
  if (preset === null) {
    return {
      about: ['Which column is what; `none` says that there is none.', ...mapping.notes.map(oneLine)],
      lines: columnLines(hasEntity, ({ role, name }) => {
        const column = role === 'quantity' && !mapping.multiplyByQuantity ? null : mapping.columns[role];
        // `none` would say that there is none, and a bare id is taken only as long as it does not repeat.
        const isSure = column !== null && column !== 'none' && !(role === 'eventId' && mapping.bareEventId !== undefined);
        return { name, texts: [column ?? 'none'], isActive: isSure };
      }),
    };
  }
  const evidence = preset.evidence.length === 0 ? '' : `, told by ${preset.evidence.map(yamlText).join(', ')}`;
  return {
    about: [
      `The export of a tool that is known: ${preset.preset.title}${evidence}. The preset says which column is what; a line below overrules it.`,
      ...mapping.notes.map(oneLine),
    ],
    lines: [
      { name: 'preset', texts: [preset.preset.name], isActive: true },
      ...columnLines(hasEntity, ({ role, name }) => {
        const column = mapping.columns[role] ?? '';
        const isInFiles = readings.some(({ file }) => findColumn(file.columns, column) !== undefined);
        return isInFiles ? { name, texts: [column], isActive: false } : undefined;
      }),
    ],
  };
}

/** A line for each role that has one. */
function columnLines(
  hasEntity: boolean,
  lineOf: (role: { readonly role: ColumnRole; readonly name: OptionName }) => Line | undefined,
): Line[] {
  return OPTION_NAMES.flatMap((name) => {
    const { value } = OPTIONS[name];
    if (value.kind !== 'column') return [];
    if (value.role === 'entity') return { name, isActive: true };
    return lineOf({ role: value.role === 'user' && hasEntity ? 'person' : value.role, name }) ?? { name, isActive: true };
  });
}

function otherColumnsBlock({ loaded: { mapping, readings } }: InitInputs): Block {
  const used = new Set(Object.values(mapping.columns));
  const columns = readings.flatMap(({ file }) => file.columns.filter(({ name, isNested }) => !isNested && !used.has(name)));
  // A comma separates names.
  const names = [...new Set(columns.map(({ name }) => name))].filter((name) => !name.includes(',') && name.trim() === name && name !== '');
  if (names.length === 0) return { about: [], lines: [{ name: 'keep', isActive: true }] };
  return {
    about: [
      `Other columns: ${enumerated(names, LISTED_COLUMNS)}. Those that are kept stand in members.csv, with the latest value of each user.`,
    ],
    lines: [{ name: 'keep', texts: names.slice(0, SUGGESTED_COLUMNS), isActive: false }],
  };
}

function enumerated(names: readonly string[], most: number): string {
  const listed = names.slice(0, most).map((name) => keepTogether(yamlText(name)));
  const rest = names.length - listed.length;
  return `${listed.join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`;
}

function timesBlock({ loaded: { readings }, timezone }: InitInputs): Block {
  const words = [...new Set(readings.map(({ time }) => describeTimes(time)))];
  return {
    about: [`Times: ${words.join('; ')}. The days are those of this zone, and times that name none are in it.`],
    lines: [
      { name: 'timezone', texts: [timezone], isActive: true },
      { name: 'timeFormat', isActive: true },
    ],
  };
}

function eventsBlock({ loaded }: InitInputs): Block {
  const { eventNames, mapping, roles } = loaded;
  if (mapping.columns.event === null || eventNames.size === 0) {
    return { about: ['Events: no column tells them apart, so every row is a purchase.'], lines: [] };
  }
  const names = [...eventNames].sort(([left, most], [right, count]) => count - most || (left < right ? -1 : 1));
  const having = (bits: number): string[] => names.flatMap(([name]) => ((rolesOf(name, roles) & bits) === 0 ? [] : [name]));
  const listed = names
    .slice(0, LISTED_EVENTS)
    .map(([name, count]) => `${yamlText(name)} ${formatCount(count)}${roleWords(rolesOf(name, roles))}`);
  const rest = names.length - listed.length;
  const about = [
    `Events in the first 10,000 records of a file: ${listed.join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}.`,
    'A line below names the events of a role, in place of those that have it by their names.',
  ];
  const hints = having(ROLE.hint);
  if (hints.length > 0)
    about.push(`These may mean that a user left, or is about to: ${enumerated(hints, LISTED_EVENTS)}. Nothing is assumed.`);
  const suggestions: readonly (readonly [OptionName, readonly string[]])[] = [
    ['valueEvent', having(ROLE.purchase | ROLE.named)],
    ['churnEvent', [...having(ROLE.churn), ...hints]],
    ['passiveEvent', having(ROLE.passive)],
    ['riskEvent', [...having(ROLE.risk), ...hints]],
    ...PLAN_OPTIONS.flatMap(([name, bit]) => (having(bit).length === 0 ? [] : [[name, having(bit)] as const])),
  ];
  return { about, lines: suggestions.map(([name, texts]) => ({ name, texts: texts.length === 0 ? undefined : texts, isActive: false })) };
}

function asOfBlock(): Block {
  return {
    about: ['The last day that counts; without it, the newest day in the files.'],
    lines: [{ name: 'asOf', texts: ['today'], isActive: false }],
  };
}

function roleWords(bits: number): string {
  const words = [
    ...NAMED_ROLES.flatMap(({ bit, role }) => ((bits & bit) === 0 ? [] : [role.replaceAll('_', ' ')])),
    ...((bits & ROLE.named) === 0 ? [] : ['value']),
  ];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function comment(paragraphs: readonly string[]): string[] {
  return paragraphs.flatMap((text) => wrapText(text, WIDTH, '# ', '# '));
}

/** A note about columns may hold their names as they are. */
function oneLine(note: string): string {
  return note.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
}

/** A path from the working folder, as one from the folder of the file. */
function fromFolder(path: string, { cwd, folder }: InitInputs): string {
  if (isAbsolute(path) || folder === cwd || path === '-') return path;
  const way = relative(folder, resolve(cwd, dirname(path)));
  return join(way, basename(path));
}
