import { DEMO_DEFAULTS, DEMO_LIMITS, DEMO_SHAPES, type DemoShapeName } from '../demo/demo.js';
import type { ColumnRole } from '../input/column-mapping.js';
import { PRESETS } from '../input/presets/index.js';
import { PHONE_COUNTRIES } from '../membership/audience/phone-countries.js';
import { DESTINATIONS } from '../membership/destinations/index.js';
import { segmentationsOf } from '../segmentation/index.js';
import { FREE_PLANS, TRIAL_PLANS } from '../segmentation/paying/paying.js';
import { DEFAULT_RFM_MODEL, RFM_MODELS } from '../segmentation/rfm/models/index.js';
import { OWN_SEGMENTATION } from '../segmentation/rules/rule.js';
import { STATUSES } from '../segmentation/status/status.js';
import { RECIPES } from './recipes/index.js';

/** Headings of the help, in order. */
export const OPTION_GROUPS = ['whom', 'show', 'read', 'decide', 'write', 'run'] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

/** What an option takes. How a text becomes its value, and which texts are refused, is in VALUE_KINDS. */
export type OptionValue =
  /** On or off; one that is on by default is shown as `--no-…`. */
  | { readonly kind: 'switch' }
  | { readonly kind: 'text'; readonly shown: string; readonly what?: string; readonly list?: true }
  /** A path; in a config file from the folder of that file. `none` is no path. */
  | { readonly kind: 'file' | 'folder'; readonly shown: string; readonly none?: true }
  /** One of some names, or else a path like that of a file. */
  | { readonly kind: 'name-or-file'; readonly shown: string; readonly names: readonly string[] }
  /** Files, folders and patterns. */
  | { readonly kind: 'input'; readonly shown: string; readonly list: true }
  /** `none` switches the role off. */
  | { readonly kind: 'column'; readonly shown: string; readonly role: Exclude<ColumnRole, 'person'> | 'entity'; readonly none?: true }
  | { readonly kind: 'event'; readonly shown: string; readonly list: true; readonly none: true }
  /** One text may hold several, separated by commas. */
  | { readonly kind: 'property' | 'further'; readonly shown: string; readonly list: true }
  /** Days, or spans of days; one text may hold several, separated by commas. `none` is no pause. */
  | { readonly kind: 'pause'; readonly shown: string; readonly list: true; readonly none: true }
  | { readonly kind: 'condition'; readonly shown: string; readonly list: true }
  | { readonly kind: 'choice'; readonly shown: string; readonly choices: readonly string[]; readonly list?: true }
  /** One of some segmentations, or one of other kinds. Whether there is such an own segment is not known here. */
  | {
      readonly kind: 'segmentation';
      readonly shown: string;
      readonly names: readonly string[];
      readonly others: readonly ('engagement' | 'property:COLUMN' | 'rules:NAME')[];
    }
  | { readonly kind: 'whole'; readonly shown: string; readonly min: number; readonly max: number; readonly or?: string }
  | {
      readonly kind: 'day';
      readonly shown: string;
      readonly from?: string;
      readonly to?: string;
      readonly or?: string;
      readonly list?: true;
    }
  /** A number of days, with or without a `d` after it, or one day of the calendar. */
  | { readonly kind: 'landmark'; readonly shown: string; readonly min: number; readonly max: number }
  /** A time such as 30s, 10m or 2h; as a value, seconds. */
  | { readonly kind: 'duration'; readonly shown: string; readonly most: number }
  /** A number of days, with or without a `d` after it. */
  | { readonly kind: 'days'; readonly shown: string; readonly min: number; readonly max: number }
  /** A part of everybody, in percent. */
  | { readonly kind: 'part'; readonly shown: string }
  /** How far apart periods end. */
  | { readonly kind: 'step'; readonly shown: string }
  /** A segment and what its size may be. */
  | { readonly kind: 'size-limit'; readonly shown: string; readonly list: true }
  /** Names of groups with their shares. */
  | { readonly kind: 'arms'; readonly shown: string }
  | { readonly kind: 'zone' | 'encoding' | 'delimiter' | 'bound' | 'size'; readonly shown: string }
  /** How much of a history stays, such as `runs=90,weekly=52`; in a config file also a map. */
  | { readonly kind: 'retention'; readonly shown: string }
  /** Who may read and write a file, in octal. */
  | { readonly kind: 'mode'; readonly shown: string }
  /** A tool that takes files of people; in a config file also a map with what is said of its files. */
  | { readonly kind: 'destination'; readonly shown: string; readonly names: readonly string[]; readonly list: true }
  /** A name and a rule; in a config file a map. Those of all sources count, of one name that of the strongest. */
  | { readonly kind: 'segment'; readonly shown: string; readonly list: true }
  /** `key=value`, as often as there are parameters. */
  | { readonly kind: 'parameters'; readonly shown: string; readonly list: true };

export interface OptionEntry {
  readonly group: OptionGroup;
  readonly value: OptionValue;
  /** One line of the help, without the default. */
  readonly help: string;
  /** What counts when nothing is given, as somebody would write it. */
  readonly default?: string;
  /** In words, what happens when nothing is given. */
  readonly otherwise?: string;
  /** The name on the command line, where it is not the name of the entry. */
  readonly flag?: string;
  /** It has no flag: it is what the command line holds besides flags. */
  readonly isArgument?: true;
  /** A line of help for `--no-…`, which says `none`. */
  readonly without?: string;
  /** The option that says the opposite: of both, the one from the stronger source counts; from one source, both are an error. */
  readonly excludes?: string;
  /** Where it can be given besides the command line; everywhere by default. */
  readonly elsewhere?: readonly ('environment' | 'file')[];
  /** Whatever it is, the members are the same. So is everything of the group `run`. */
  readonly leavesMembers?: true;
  readonly commands: readonly CommandName[];
}

const USUAL_SEGMENTATIONS = segmentationsOf(DEFAULT_RFM_MODEL).map(({ name }) => name);

/** They say who is in which segment. */
const PLACING = [
  'classify',
  'run',
  'check',
  'list',
  'explain',
  'sql',
  'profile',
  'FILES',
  'config',
  'split',
  'lint',
  'preview',
  'export',
] as const;
const SEGMENTING = [...PLACING, 'inspect'] as const;
/** They are about one as-of date. */
const DATED = [...SEGMENTING, 'compare', 'trend', 'suggest', 'backtest'] as const;
const CLASSIFYING = [...DATED, 'transitions'] as const;
const READING = [...CLASSIFYING, 'init'] as const;
/** They look at own segments; segment suggest makes some. */
const RULED = [...PLACING, 'compare', 'trend', 'backtest', 'transitions'] as const;
const WRITING = ['classify', 'run', 'config'] as const;
/** They say whether the statuses mean something, and how own segments overlap. */
const PROVING = ['classify', 'run', 'sql', 'FILES', 'config'] as const;
const SHAPING = ['classify', 'run', 'list', 'config'] as const;
const KEEPING = [...SHAPING, 'profile', 'export'] as const;
const PUBLISHING = ['classify', 'config', 'transitions', 'split', 'export'] as const;
const DECIDING = [...READING, 'params'] as const;
/** The commands that read every row and list those that could not be read. */
const REJECTING = [
  'classify',
  'check',
  'list',
  'explain',
  'sql',
  'profile',
  'transitions',
  'trend',
  'suggest',
  'backtest',
  'config',
  'init',
  'split',
  'lint',
  'export',
] as const;
const WORKING = [...READING, 'demo'] as const;
const SHOWING = [...WORKING, 'params', 'presets', 'recipes', 'runs', 'why'] as const;
const EVERY = [...SHOWING, 'completion'] as const;
/** A command that writes a config file reads none. */
const CONFIGURED = [...CLASSIFYING, 'demo', 'params', 'presets', 'recipes', 'runs', 'why'] as const;
const INSPECT = ['inspect'] as const;
const EXPLAIN = ['explain'] as const;
const TRANSITIONS = ['transitions'] as const;
const TREND = ['trend'] as const;
const SUGGEST = ['suggest'] as const;
const BACKTEST = ['backtest'] as const;
const LIST = ['list'] as const;
const COMPARE = ['compare'] as const;
const PROFILE = ['profile'] as const;
const SPLIT = ['split'] as const;
const EXPORT = ['export'] as const;
/** What contacts are read from stands in the config file. */
const EXPORTING = ['export', 'config'] as const;
const LINT = ['lint'] as const;
const PREVIEW = ['preview'] as const;
/** The commands that keep what they read of files for the next run. */
const CACHING = ['preview', 'config'] as const;
/** How strict segment lint is stands beside the rules. */
const LINTING = ['lint', 'config'] as const;
const CHECK = ['check'] as const;
/** What belongs to the baseline stands in the config file beside the settings that it is of. */
const CHECKING = ['check', 'config'] as const;
/** The nightly job judges its sizes by its own history. */
const JUDGING = [...CHECKING, 'run'] as const;
/** What belongs to the nightly job. */
const NIGHTLY = ['run', 'config'] as const;
const RUN = ['run'] as const;
/** They look back on what the nightly job did. */
const LOOKING_BACK = ['runs', 'why'] as const;
const COMPUTING = [...READING, ...LOOKING_BACK] as const;
/** What they need of the nightly job's settings. */
const RECORDING = [...NIGHTLY, ...LOOKING_BACK] as const;
const DEMO = ['demo'] as const;
const CONFIG = ['config'] as const;
const INIT = ['init'] as const;

/** The commands that take options; `FILES` stands for files where a command belongs. */
export type CommandName = (typeof EVERY)[number];

/**
 * Every option of every command, in the order of the help. The name on the command line follows from the name of the entry:
 * `userColumn` is `--user-column`. Flags, keys of the config file,
 * environment variables, help, checks and the JSON Schema are made from this table: an option is one entry.
 */
export const OPTIONS = {
  inputs: {
    group: 'read',
    isArgument: true,
    value: { kind: 'input', shown: 'files', list: true },
    help: 'CSV, JSON Lines, Parquet or Arrow files, zip archives of them, globs or folders; - is standard input',
    leavesMembers: true,
    commands: READING,
  },

  user: {
    group: 'whom',
    value: { kind: 'text', shown: 'id', what: 'the id of a user' },
    help: 'the user with this id',
    excludes: 'status',
    elsewhere: [],
    commands: EXPLAIN,
  },
  status: {
    group: 'whom',
    value: { kind: 'choice', shown: 'name', choices: STATUSES.map(({ name }) => name) },
    help: 'three typical users of a status and the one nearest to a border',
    elsewhere: [],
    commands: EXPLAIN,
  },

  arms: {
    group: 'whom',
    value: { kind: 'arms', shown: 'arms' },
    help: 'groups with shares in percent that add up to 100, such as control:50,a:25,b:25; without shares: equal',
    elsewhere: [],
    commands: [...SPLIT, ...COMPARE],
  },
  holdout: {
    group: 'whom',
    value: { kind: 'part', shown: 'p%' },
    help: 'a random control group: transitions keeps it out of the files of who entered, compare --by holdout finds it again',
    excludes: 'arms',
    elsewhere: [],
    commands: [...TRANSITIONS, ...COMPARE],
  },
  salt: {
    group: 'whom',
    value: { kind: 'text', shown: 'text', what: 'a text' },
    help: 'decides with the id who gets into which group: another text for another experiment',
    elsewhere: [],
    commands: [...SPLIT, ...TRANSITIONS, ...COMPARE],
  },
  ids: {
    group: 'whom',
    value: { kind: 'file', shown: 'file' },
    help: 'split the ids that this file lists, for example a segment file, in place of FILES',
    leavesMembers: true,
    elsewhere: [],
    commands: SPLIT,
  },
  audience: {
    group: 'whom',
    value: { kind: 'text', shown: 'segment', what: 'a segment, such as status=at_risk', list: true },
    help: 'a segment that gets files of its own, such as at_risk, status=at_risk,dormant or rules=vip',
    otherwise: 'one audience of everybody whom the conditions leave',
    elsewhere: [],
    commands: EXPORT,
  },

  columns: {
    group: 'show',
    value: { kind: 'property', shown: 'names', list: true },
    help: 'columns of members, separated by commas, or all',
    otherwise: 'all; on a terminal as many of the usual ones as fit',
    elsewhere: [],
    commands: LIST,
  },
  sort: {
    group: 'show',
    value: { kind: 'property', shown: 'columns', list: true },
    help: 'order by these columns, - before a name for the greatest first; empty cells last',
    otherwise: 'user_id',
    elsewhere: [],
    commands: LIST,
  },
  limit: {
    group: 'show',
    value: { kind: 'whole', shown: 'n', min: 1, max: 1_000_000_000, or: 'all' },
    help: 'users at most, or all',
    otherwise: 'all; 50 on a terminal',
    elsewhere: [],
    commands: LIST,
  },
  listFormat: {
    group: 'show',
    flag: 'format',
    value: { kind: 'choice', shown: 'format', choices: ['csv', 'jsonl'] },
    help: 'csv or jsonl',
    otherwise: 'csv; a table on a terminal',
    elsewhere: [],
    commands: LIST,
  },
  compareBy: {
    group: 'whom',
    flag: 'by',
    value: { kind: 'text', shown: 'way', what: 'a way of segmenting' },
    help: 'compare the groups of paying, visitor, status, rfm, buyer_type, value_tier, engagement, first_match or property:<column>; property:<column>=<value> with the rest; holdout or arm of a random split',
    excludes: 'a',
    elsewhere: [],
    commands: COMPARE,
  },
  reference: {
    group: 'whom',
    value: { kind: 'text', shown: 'group', what: 'a group' },
    help: 'compare every group with this one',
    otherwise: 'two groups with each other, more each with the rest',
    elsewhere: [],
    commands: COMPARE,
  },
  a: {
    group: 'whom',
    value: { kind: 'text', shown: 'segment', what: 'a segment' },
    help: 'compare one segment, such as status=at_risk',
    elsewhere: [],
    commands: COMPARE,
  },
  b: {
    group: 'whom',
    value: { kind: 'text', shown: 'segment', what: 'a segment' },
    help: 'with another segment, or rest',
    default: 'rest',
    elsewhere: [],
    commands: COMPARE,
  },
  landmark: {
    group: 'whom',
    value: { kind: 'landmark', shown: 'days|date', min: 1, max: 3650 },
    help: 'groups by what was known so many days after first seen, such as 14d, or before a day, such as 2026-06-01; metrics from then on',
    elsewhere: [],
    commands: COMPARE,
  },
  stratify: {
    group: 'whom',
    value: { kind: 'text', shown: 'layers', what: 'month, none or property:<column>' },
    help: 'hold apart by month (of first seen), property:<column> or none',
    default: 'month',
    elsewhere: [],
    commands: COMPARE,
  },

  examples: {
    group: 'show',
    value: { kind: 'whole', shown: 'n', min: 0, max: 20 },
    help: 'members to show of each segment, and users who miss it by one condition',
    default: '3',
    elsewhere: [],
    commands: PREVIEW,
  },

  metric: {
    group: 'show',
    value: { kind: 'property', shown: 'names', list: true },
    help: 'only these metrics, separated by commas',
    elsewhere: [],
    commands: COMPARE,
  },
  events: {
    group: 'show',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'compare who did this event; none: no events',
    otherwise: 'the most frequent',
    elsewhere: [],
    commands: COMPARE,
  },
  top: {
    group: 'show',
    value: { kind: 'whole', shown: 'n', min: 0, max: 100 },
    help: 'how many of the most frequent events to compare',
    default: '10',
    elsewhere: [],
    commands: COMPARE,
  },
  detail: {
    group: 'show',
    value: { kind: 'switch' },
    help: 'also users, intervals, effect sizes, methods and adjusted p',
    elsewhere: [],
    commands: COMPARE,
  },
  reporter: {
    group: 'show',
    value: { kind: 'choice', shown: 'name', choices: ['terminal', 'json', 'csv', 'markdown'] },
    help: 'form of the report: terminal, json, csv or markdown',
    default: 'terminal',
    leavesMembers: true,
    elsewhere: [],
    commands: [...COMPARE, ...TREND, ...BACKTEST],
  },
  suggestReporter: {
    group: 'show',
    flag: 'reporter',
    value: { kind: 'choice', shown: 'name', choices: ['terminal', 'json', 'markdown'] },
    help: 'form of the report: terminal, json or markdown',
    default: 'terminal',
    leavesMembers: true,
    elsewhere: [],
    commands: [...SUGGEST, ...PROFILE],
  },

  schema: {
    group: 'show',
    value: { kind: 'switch' },
    help: 'print the JSON Schema of config files, for editors',
    elsewhere: [],
    commands: CONFIG,
  },

  full: {
    group: 'show',
    value: { kind: 'switch' },
    help: 'read the files whole: exact counts, row accounting, calendar of activity',
    elsewhere: [],
    commands: INSPECT,
  },
  roles: {
    group: 'show',
    value: { kind: 'switch' },
    help: 'list every event name that plays a role',
    elsewhere: [],
    commands: INSPECT,
  },

  movesDetail: {
    group: 'show',
    flag: 'detail',
    value: { kind: 'switch' },
    help: 'tests of whether sizes changed beyond what moves in both directions explain',
    leavesMembers: true,
    elsewhere: [],
    commands: TRANSITIONS,
  },
  compareSql: {
    group: 'show',
    flag: 'sql',
    value: { kind: 'switch' },
    help: 'print the SQL of the numbers in place of the report, runnable in stock DuckDB',
    excludes: 'json',
    leavesMembers: true,
    elsewhere: [],
    commands: [...COMPARE, ...PROFILE],
  },
  movesSql: {
    group: 'show',
    flag: 'sql',
    value: { kind: 'switch' },
    help: 'print the SQL of it in place of the report, runnable in stock DuckDB',
    excludes: 'json',
    leavesMembers: true,
    elsewhere: [],
    commands: TRANSITIONS,
  },

  proof: {
    group: 'show',
    value: { kind: 'switch' },
    help: 'do not look who of each status came back within 30 days',
    default: 'true',
    leavesMembers: true,
    commands: PROVING,
  },
  overlaps: {
    group: 'show',
    value: { kind: 'switch' },
    help: 'how many users each two of your own segments share, and how many are in none, one, two … of them',
    leavesMembers: true,
    commands: PROVING,
  },
  checkReporter: {
    group: 'show',
    flag: 'reporter',
    value: { kind: 'choice', shown: 'name', choices: ['terminal', 'json', 'markdown', 'junit', 'github'] },
    help: 'terminal, json, markdown, junit or github (annotations)',
    default: 'terminal',
    excludes: 'json',
    elsewhere: [],
    commands: CHECK,
  },
  lintReporter: {
    group: 'show',
    flag: 'reporter',
    value: { kind: 'choice', shown: 'name', choices: ['terminal', 'json', 'github'] },
    help: 'terminal, json or github (annotations)',
    default: 'terminal',
    excludes: 'json',
    elsewhere: [],
    commands: LINT,
  },

  baseline: {
    group: 'read',
    value: { kind: 'file', shown: 'file' },
    help: 'earlier runs: a small JSON file to keep in version control',
    default: 'segments.baseline.json',
    leavesMembers: true,
    commands: CHECKING,
  },
  previous: {
    group: 'read',
    value: { kind: 'folder', shown: 'dir' },
    help: 'output of an earlier run of segment classify: says where users went; of the same export, whom an edit moves',
    leavesMembers: true,
    elsewhere: [],
    commands: CHECK,
  },
  preset: {
    group: 'read',
    value: { kind: 'choice', shown: 'name', choices: [...PRESETS.map(({ name }) => name), 'none'] },
    help: 'the export that the files are, see segment presets; none: columns by their names alone',
    otherwise: 'told by the columns',
    commands: READING,
  },
  userColumn: {
    group: 'read',
    value: { kind: 'column', shown: 'name', role: 'user' },
    help: 'column of the user id; with --entity, of the people in it',
    commands: READING,
  },
  entity: {
    group: 'read',
    value: { kind: 'column', shown: 'column', role: 'entity' },
    help: 'count the values of this column in place of people: accounts, companies; the people of each are counted beside it',
    commands: READING,
  },
  eventColumn: {
    group: 'read',
    value: { kind: 'column', shown: 'name', role: 'event', none: true },
    help: 'column of the event name; none: every row is a purchase',
    commands: READING,
  },
  timeColumn: { group: 'read', value: { kind: 'column', shown: 'name', role: 'time' }, help: 'column of the time', commands: READING },
  valueColumn: {
    group: 'read',
    value: { kind: 'column', shown: 'name', role: 'value', none: true },
    help: 'column of the amount; none: there are no amounts',
    commands: READING,
  },
  quantityColumn: {
    group: 'read',
    value: { kind: 'column', shown: 'name', role: 'quantity', none: true },
    help: 'column that multiplies the amount',
    commands: READING,
  },
  eventIdColumn: {
    group: 'read',
    value: { kind: 'column', shown: 'name', role: 'eventId', none: true },
    help: 'column that is unique to an event; rows that repeat it are dropped; none: keep all',
    commands: READING,
  },
  orderColumn: {
    group: 'read',
    value: { kind: 'column', shown: 'name', role: 'order', none: true },
    help: 'column of the order id; none: every row is an order',
    commands: READING,
  },
  sessionColumn: {
    group: 'read',
    value: { kind: 'column', shown: 'name', role: 'session', none: true },
    help: 'column of the session id',
    commands: READING,
  },
  currencyColumn: {
    group: 'read',
    value: { kind: 'column', shown: 'name', role: 'currency', none: true },
    help: 'column of the currency',
    commands: READING,
  },
  users: {
    group: 'read',
    value: { kind: 'file', shown: 'file' },
    help: 'file of the people there are, one row a user: ids, sign-up times, properties',
    // What is in the file decides, and the manifest repeats its checksum.
    leavesMembers: true,
    commands: CLASSIFYING,
  },
  usersColumn: {
    group: 'read',
    value: { kind: 'text', shown: 'name', what: 'a column' },
    help: 'column of the user id in the file of --users',
    otherwise: 'found by name',
    commands: CLASSIFYING,
  },
  signupColumn: {
    group: 'read',
    value: { kind: 'text', shown: 'name', what: 'a column, or none' },
    help: 'column of the sign-up time in that file; none: there is none',
    otherwise: 'found by name',
    commands: CLASSIFYING,
  },
  signupFormat: {
    group: 'read',
    value: { kind: 'text', shown: 'format' },
    help: 'how sign-up times are written, as in --time-format',
    commands: CLASSIFYING,
  },
  identity: {
    group: 'read',
    value: { kind: 'file', shown: 'file' },
    help: 'file of two columns that says which id is whose, for example anonymous_id and user_id',
    leavesMembers: true,
    commands: CLASSIFYING,
  },
  timeFormat: {
    group: 'read',
    value: { kind: 'text', shown: 'format' },
    help: 'how times are written, in strptime tokens such as %d/%m/%Y %H:%M',
    commands: READING,
  },
  timezone: {
    group: 'read',
    value: { kind: 'zone', shown: 'zone' },
    help: 'zone of the days and of times without one, for example Europe/Berlin or +05:30',
    default: 'UTC',
    commands: READING,
  },
  encoding: {
    group: 'read',
    value: { kind: 'encoding', shown: 'name' },
    help: 'utf-8, latin-1, windows-1252 …',
    otherwise: 'utf-8, or utf-16 by its byte order mark',
    commands: READING,
  },
  delimiter: {
    group: 'read',
    value: { kind: 'delimiter', shown: 'character' },
    help: 'what separates the fields; tab works',
    otherwise: 'found from the header',
    commands: READING,
  },
  decimal: {
    group: 'read',
    value: { kind: 'choice', shown: 'character', choices: ['.', ','] },
    help: 'decimal sign of the amounts, . or ,',
    otherwise: 'found from the values',
    commands: READING,
  },
  currency: {
    group: 'read',
    value: { kind: 'text', shown: 'code' },
    help: 'the currency to count when there are several, for example EUR',
    commands: READING,
  },
  maxRejects: {
    group: 'read',
    value: { kind: 'bound', shown: 'n|p%' },
    help: 'refuse when more rows than this are unreadable',
    otherwise: '1 % and 100 rows, or half',
    leavesMembers: true,
    commands: READING,
  },
  maxExpand: {
    group: 'read',
    value: { kind: 'whole', shown: 'n', min: 1, max: 1_000_000 },
    help: 'refuse compressed files that grow more than this many times',
    default: '200',
    leavesMembers: true,
    commands: READING,
  },
  strict: {
    group: 'read',
    value: { kind: 'switch' },
    help: 'refuse any unreadable row',
    excludes: 'maxRejects',
    leavesMembers: true,
    commands: READING,
  },
  rejects: {
    group: 'read',
    value: { kind: 'file', shown: 'file' },
    help: 'write every unreadable row to this file',
    leavesMembers: true,
    commands: REJECTING,
  },

  only: {
    group: 'decide',
    value: { kind: 'file', shown: 'file' },
    help: 'only the users whose ids this file lists, for example a segment file',
    leavesMembers: true,
    commands: CLASSIFYING,
  },
  where: {
    group: 'decide',
    value: { kind: 'condition', shown: 'property=value', list: true },
    help: 'only events, or people of --users, with this value: plan=pro,team, country!=DE, age=18..30, plan=',
    commands: CLASSIFYING,
  },
  exclude: {
    group: 'decide',
    value: { kind: 'file', shown: 'file' },
    help: 'everybody but the users whose ids this file lists',
    leavesMembers: true,
    commands: CLASSIFYING,
  },
  set: {
    group: 'decide',
    value: { kind: 'parameters', shown: 'key=value', list: true },
    help: 'change a parameter, see segment params',
    commands: DECIDING,
  },
  asOf: {
    group: 'decide',
    value: { kind: 'day', shown: 'date', or: 'today' },
    help: 'last day that counts, YYYY-MM-DD or today',
    otherwise: 'the newest day in the files',
    commands: [...DATED, 'init'],
  },
  from: {
    group: 'decide',
    value: { kind: 'day', shown: 'date' },
    help: 'the earlier as-of date, YYYY-MM-DD',
    elsewhere: [],
    commands: TRANSITIONS,
  },
  to: {
    group: 'decide',
    value: { kind: 'day', shown: 'date' },
    help: 'the later as-of date, YYYY-MM-DD',
    otherwise: 'the newest day in the files',
    elsewhere: [],
    commands: TRANSITIONS,
  },
  segmentation: {
    group: 'decide',
    value: { kind: 'segmentation', shown: 'name', names: [...USUAL_SEGMENTATIONS, OWN_SEGMENTATION], others: ['rules:NAME'] },
    help: `the segments that users move among: ${USUAL_SEGMENTATIONS.join(', ')}, ${OWN_SEGMENTATION} (your own) or rules:NAME`,
    default: 'status',
    elsewhere: [],
    commands: TREND,
  },
  movesSegmentation: {
    group: 'decide',
    flag: 'segmentation',
    value: { kind: 'segmentation', shown: 'name', names: USUAL_SEGMENTATIONS, others: ['engagement', 'property:COLUMN', 'rules:NAME'] },
    help: `the segments that users move among: ${USUAL_SEGMENTATIONS.join(', ')}, engagement, property:COLUMN or rules:NAME (your own)`,
    default: 'status',
    elsewhere: [],
    commands: TRANSITIONS,
  },
  backtestBy: {
    group: 'decide',
    flag: 'segmentation',
    value: { kind: 'text', shown: 'way', what: 'a way of segmenting' },
    help: `the segments to judge: ${segmentationsOf(DEFAULT_RFM_MODEL)
      .map(({ name }) => name)
      .join(', ')}, property:<column> or rules:<own segment>`,
    default: 'status',
    elsewhere: [],
    commands: BACKTEST,
  },
  backtestEvery: {
    group: 'decide',
    flag: 'every',
    value: { kind: 'step', shown: 'step' },
    help: 'how far apart the dates are: day, week, month or a number of days such as 30d',
    default: '30d',
    elsewhere: [],
    commands: BACKTEST,
  },
  horizon: {
    group: 'decide',
    value: { kind: 'days', shown: 'days', min: 1, max: 3650 },
    help: 'days after each date in which outcomes count, such as 30d',
    otherwise: 'as --every; 30d for month',
    elsewhere: [],
    commands: BACKTEST,
  },
  refit: {
    group: 'decide',
    value: { kind: 'switch' },
    help: 'measure gaps and edges anew at the later date, and tell who moved only because they did',
    excludes: 'freeze',
    elsewhere: [],
    commands: TRANSITIONS,
  },
  every: {
    group: 'decide',
    value: { kind: 'step', shown: 'step' },
    help: 'how long a period is: day, week, month or a number of days such as 30d; counted back from the as-of date',
    default: 'week',
    elsewhere: [],
    commands: TREND,
  },
  periods: {
    group: 'decide',
    value: { kind: 'whole', shown: 'n', min: 1, max: 1000 },
    help: 'how many periods, the last of which ends with the as-of date',
    default: '12',
    elsewhere: [],
    commands: TREND,
  },
  trendRefit: {
    group: 'decide',
    flag: 'refit',
    value: { kind: 'switch' },
    help: 'gaps and edges of the first period for all, in place of those of each',
    default: 'true',
    elsewhere: [],
    commands: TREND,
  },
  returnBelow: {
    group: 'decide',
    value: { kind: 'whole', shown: 'percent', min: 1, max: 50 },
    help: 'gone is who belongs to those of whom fewer than this many percent come back',
    default: '10',
    elsewhere: [],
    commands: SUGGEST,
  },
  pause: {
    group: 'decide',
    value: { kind: 'pause', shown: 'days', list: true, none: true },
    help: 'closed seasons, which no length counts: a day, or FIRST..LAST such as 2024-12-21..2025-01-05',
    otherwise: 'none',
    commands: READING,
  },
  since: {
    group: 'decide',
    value: { kind: 'day', shown: 'date' },
    help: 'first day that counts, YYYY-MM-DD; partition folders of earlier days are not opened',
    otherwise: 'the oldest day in the files',
    commands: READING,
  },
  lookback: {
    group: 'decide',
    value: { kind: 'whole', shown: 'days', min: 1, max: 36_500, or: 'all' },
    help: 'days of orders that RFM looks at, or all',
    default: '365',
    commands: READING,
  },
  scoring: {
    group: 'decide',
    value: { kind: 'choice', shown: 'method', choices: ['auto', 'quantile'] },
    help: 'how RFM scores frequency: auto or quantile',
    default: 'auto',
    commands: READING,
  },
  rfm: {
    group: 'decide',
    value: { kind: 'name-or-file', shown: 'model', names: RFM_MODELS.map(({ name }) => name) },
    help: `how RFM scores become segments: ${RFM_MODELS.map(({ name }) => name).join(', ')} or a file of your own, see segment help rfm`,
    default: DEFAULT_RFM_MODEL.name,
    commands: READING,
  },
  freeze: {
    group: 'decide',
    value: { kind: 'file', shown: 'manifest' },
    help: 'take gaps and edges from the manifest.json of an earlier run',
    // What is in the file decides, and the manifest repeats it.
    leavesMembers: true,
    commands: READING,
  },
  valueEvent: {
    group: 'decide',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'event that is worth money',
    otherwise: 'found by name and amount',
    commands: READING,
  },
  churnEvent: {
    group: 'decide',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'event that means the user left; none: there is none',
    otherwise: 'found by name',
    commands: READING,
  },
  passiveEvent: {
    group: 'decide',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'event sent to the user, not done by them; none: there is none',
    otherwise: 'found by name',
    commands: READING,
  },
  riskEvent: {
    group: 'decide',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'event that puts a user at risk',
    otherwise: 'none',
    commands: READING,
  },
  startEvent: {
    group: 'decide',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'event that starts or renews a subscription; none: there is none',
    otherwise: 'found by name',
    commands: READING,
  },
  cancelEvent: {
    group: 'decide',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'event that ends a subscription; none: there is none',
    otherwise: 'found by name',
    commands: READING,
  },
  trialEvent: {
    group: 'decide',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'event that starts a trial; none: there is none',
    otherwise: 'found by name',
    commands: READING,
  },
  trialEndEvent: {
    group: 'decide',
    value: { kind: 'event', shown: 'name', list: true, none: true },
    help: 'event that ends a trial; none: there is none',
    otherwise: 'found by name',
    commands: READING,
  },
  planColumn: {
    group: 'decide',
    value: { kind: 'text', shown: 'name' },
    help: 'column of the plan: paying is paid by it, unless its latest value is free or a trial',
    commands: CLASSIFYING,
  },
  freePlan: {
    group: 'decide',
    value: { kind: 'property', shown: 'values', list: true },
    help: 'values of the plan that nobody pays for, separated by commas',
    default: FREE_PLANS.join(','),
    commands: CLASSIFYING,
  },
  trialPlan: {
    group: 'decide',
    value: { kind: 'property', shown: 'values', list: true },
    help: 'values of the plan that are a trial',
    default: TRIAL_PLANS.join(','),
    commands: CLASSIFYING,
  },
  window: {
    group: 'decide',
    value: { kind: 'whole', shown: 'days', min: 1, max: 3650 },
    help: 'last days that visitor looks at',
    default: '28',
    commands: CLASSIFYING,
  },
  by: {
    group: 'decide',
    value: { kind: 'further', shown: 'ways', list: true },
    help: 'segment by engagement too, by property:COLUMN, or by first_match: the own segment of highest priority that each user is in; several separated by commas',
    commands: [...SEGMENTING, 'suggest'],
  },
  segments: {
    group: 'decide',
    flag: 'segment',
    value: { kind: 'segment', shown: 'name: rule', list: true },
    help: "a segment of your own, such as 'vip: monetary >= 500 and did(purchase, last 30d) >= 2', see segment help rules",
    commands: RULED,
  },
  // What its segments say is part of `segments`.
  recipes: {
    group: 'decide',
    flag: 'recipe',
    value: { kind: 'choice', shown: 'name', choices: RECIPES.map(({ name }) => name), list: true },
    help: 'the segments of a recipe too, see segment recipes; a segment of your own of the same name counts in place of it',
    leavesMembers: true,
    commands: RULED,
  },
  maxValues: {
    group: 'decide',
    value: { kind: 'whole', shown: 'n', min: 1, max: 1000 },
    help: 'values of a property that are segments; rarer ones are other',
    default: '20',
    commands: [...SEGMENTING, 'transitions', ...BACKTEST],
  },
  sizeLimit: {
    group: 'decide',
    flag: 'limit',
    value: { kind: 'size-limit', shown: 'bound', list: true },
    help: "what a segment's size may be: 'status=at_risk max 500', 'status=loyal share 0.05..0.3'",
    leavesMembers: true,
    commands: JUDGING,
  },
  maxPredicates: {
    group: 'decide',
    value: { kind: 'whole', shown: 'n', min: 1, max: 100 },
    help: 'conditions of an own segment before segment lint says it is too much',
    default: '3',
    leavesMembers: true,
    commands: LINTING,
  },
  sameShare: {
    group: 'decide',
    value: { kind: 'part', shown: 'share' },
    help: 'share of the members of two own segments that are in both before segment lint says they are the same',
    default: '90%',
    leavesMembers: true,
    commands: LINTING,
  },
  failOn: {
    group: 'decide',
    value: { kind: 'choice', shown: 'level', choices: ['error', 'warning'] },
    help: 'exit with 1 on findings of this level or above: error or warning',
    default: 'error',
    leavesMembers: true,
    commands: LINTING,
  },
  for: {
    group: 'decide',
    value: { kind: 'whole', shown: 'n', min: 1, max: 30 },
    help: 'fail when something is off in this many runs in a row',
    default: '1',
    leavesMembers: true,
    commands: JUDGING,
  },
  warnAsError: {
    group: 'decide',
    value: { kind: 'switch' },
    help: 'fail at the first run that is off, whatever --for says',
    leavesMembers: true,
    commands: JUDGING,
  },
  runFrom: {
    group: 'decide',
    flag: 'from',
    value: { kind: 'day', shown: 'date' },
    help: 'make the runs of all days from this one on again, earliest first',
    excludes: 'asOf',
    leavesMembers: true,
    elsewhere: [],
    commands: RUN,
  },
  runTo: {
    group: 'decide',
    flag: 'to',
    value: { kind: 'day', shown: 'date' },
    help: 'up to this day',
    otherwise: 'the day before today',
    leavesMembers: true,
    elsewhere: [],
    commands: RUN,
  },
  maxAge: {
    group: 'decide',
    value: { kind: 'days', shown: 'days', min: 0, max: 3650 },
    help: 'fail when the newest event is more than so many days ago by the clock, such as 2d',
    otherwise: 'the clock does not count',
    leavesMembers: true,
    commands: JUDGING,
  },
  excludeDate: {
    group: 'decide',
    value: { kind: 'day', shown: 'date', list: true },
    help: 'as-of date whose run says nothing about others, such as a day of a sale',
    leavesMembers: true,
    commands: JUDGING,
  },
  demoUsers: {
    group: 'decide',
    flag: 'users',
    value: { kind: 'whole', shown: 'n', min: DEMO_LIMITS.users[0], max: DEMO_LIMITS.users[1] },
    help: 'number of users; a shop has about 23 events a user',
    default: String(DEMO_DEFAULTS.users),
    elsewhere: [],
    commands: DEMO,
  },
  demoDays: {
    group: 'decide',
    flag: 'days',
    value: { kind: 'whole', shown: 'n', min: DEMO_LIMITS.days[0], max: DEMO_LIMITS.days[1] },
    help: 'days the export covers',
    default: String(DEMO_DEFAULTS.days),
    elsewhere: [],
    commands: DEMO,
  },
  demoSeed: {
    group: 'decide',
    flag: 'seed',
    value: { kind: 'whole', shown: 'n', min: DEMO_LIMITS.seed[0], max: DEMO_LIMITS.seed[1] },
    help: 'another number, other people',
    default: String(DEMO_DEFAULTS.seed),
    elsewhere: [],
    commands: DEMO,
  },
  demoShape: {
    group: 'decide',
    flag: 'shape',
    value: { kind: 'choice', shown: 'name', choices: Object.keys(DEMO_SHAPES) as DemoShapeName[] },
    help: Object.keys(DEMO_SHAPES).join(', '),
    default: DEMO_DEFAULTS.shape,
    elsewhere: [],
    commands: DEMO,
  },
  demoEnd: {
    group: 'decide',
    flag: 'end',
    value: { kind: 'day', shown: 'date', from: DEMO_LIMITS.end[0], to: DEMO_LIMITS.end[1] },
    help: 'last day, YYYY-MM-DD',
    default: DEMO_DEFAULTS.end,
    elsewhere: [],
    commands: DEMO,
  },

  out: {
    group: 'write',
    value: { kind: 'folder', shown: 'dir' },
    help: 'folder for the files',
    default: 'segments',
    leavesMembers: true,
    commands: [...WRITING, 'runs'],
  },
  state: {
    group: 'write',
    value: { kind: 'folder', shown: 'dir' },
    help: 'folder for the history of runs',
    default: 'state',
    leavesMembers: true,
    commands: RECORDING,
  },
  retain: {
    group: 'write',
    value: { kind: 'retention', shown: 'rule' },
    help: 'what stays: the newest runs, of those before one a week for so many weeks, and events of so many days',
    default: 'runs=90,weekly=52',
    leavesMembers: true,
    commands: [...NIGHTLY, 'runs'],
  },
  dedupDays: {
    group: 'read',
    value: { kind: 'days', shown: 'days', min: 0, max: 3650 },
    help: 'events of one event id count once when their days are at most so many apart',
    default: '35',
    commands: NIGHTLY,
  },
  publish: {
    group: 'write',
    value: { kind: 'choice', shown: 'when', choices: ['unless-failed', 'always'] },
    help: 'what the check decides: unless-failed keeps the earlier files when it fails, always replaces them',
    default: 'unless-failed',
    leavesMembers: true,
    commands: NIGHTLY,
  },
  format: {
    group: 'write',
    value: { kind: 'choice', shown: 'format', choices: ['csv', 'parquet', 'arrow', 'jsonl'] },
    help: 'csv, parquet, arrow or jsonl',
    default: 'csv',
    commands: WRITING,
  },
  segmentFiles: {
    group: 'write',
    value: { kind: 'choice', shown: 'content', choices: ['ids', 'full', 'none'] },
    help: 'files of the segments: ids, full or none',
    default: 'ids',
    commands: WRITING,
  },
  files: {
    group: 'write',
    value: { kind: 'choice', shown: 'which', choices: ['default', 'all'] },
    help: 'segmentations that get files: default (status, rfm) or all',
    default: 'default',
    commands: WRITING,
  },
  keep: {
    group: 'write',
    value: { kind: 'property', shown: 'columns', list: true },
    help: 'columns to carry along, separated by commas',
    commands: KEEPING,
  },
  pseudonymKeyFile: {
    group: 'write',
    value: { kind: 'file', shown: 'file', none: true },
    help: 'write pseudonyms in place of user ids: HMAC-SHA256 by the key in this file',
    otherwise: 'ids as they are; or by the key in $SEGMENT_PSEUDONYM_KEY',
    // The same people by other names; the manifest has the fingerprint of the key.
    leavesMembers: true,
    commands: [...SHAPING, 'transitions', 'split', 'export'],
  },
  spreadsheetSafe: {
    group: 'write',
    value: { kind: 'switch' },
    help: "put a ' before cells that a spreadsheet would run as a formula",
    commands: [...SHAPING, 'transitions', 'split'],
  },
  mode: {
    group: 'write',
    value: { kind: 'mode', shown: 'octal' },
    help: 'who may read what is published, such as 0640; folders too',
    otherwise: '0600 where users are listed, else as the umask says',
    leavesMembers: true,
    commands: [...PUBLISHING, 'run'],
  },
  force: {
    group: 'write',
    value: { kind: 'switch' },
    help: 'write into a folder that is not empty and not ours',
    leavesMembers: true,
    commands: PUBLISHING,
  },
  dryRun: {
    group: 'write',
    value: { kind: 'switch' },
    help: 'compute and show, write nothing',
    leavesMembers: true,
    commands: ['classify', 'run', 'config', 'export', 'runs'],
  },
  writeConfig: {
    group: 'write',
    flag: 'write',
    value: { kind: 'switch' },
    help: 'put the suggested values, names of events and segments into the config file, and show the lines that change',
    leavesMembers: true,
    elsewhere: [],
    commands: SUGGEST,
  },
  replaceValues: {
    group: 'write',
    flag: 'force',
    value: { kind: 'switch' },
    help: 'replace other values that the config file has',
    leavesMembers: true,
    elsewhere: [],
    commands: SUGGEST,
  },
  movesOut: {
    group: 'write',
    flag: 'out',
    value: { kind: 'folder', shown: 'dir' },
    help: 'folder for moves.csv and the files of who entered and who left each segment',
    otherwise: 'no files',
    leavesMembers: true,
    elsewhere: [],
    commands: TRANSITIONS,
  },
  splitOut: {
    group: 'write',
    flag: 'out',
    value: { kind: 'folder', shown: 'dir' },
    help: 'folder for members and one file a group',
    otherwise: 'no files',
    leavesMembers: true,
    elsewhere: [],
    commands: SPLIT,
  },
  splitFormat: {
    group: 'write',
    flag: 'format',
    value: { kind: 'choice', shown: 'format', choices: ['csv', 'jsonl'] },
    help: 'csv or jsonl',
    default: 'csv',
    elsewhere: [],
    commands: SPLIT,
  },
  export: {
    group: 'write',
    flag: 'to',
    value: { kind: 'destination', shown: 'tool', names: DESTINATIONS.map(({ name }) => name), list: true },
    help: `the tool that takes the files: ${DESTINATIONS.map(({ name }) => name).join(', ')}`,
    elsewhere: ['file'],
    commands: EXPORTING,
  },
  emailColumn: {
    group: 'write',
    value: { kind: 'text', shown: 'name', what: 'a column, or none' },
    help: 'column of the e-mail address; none: without',
    otherwise: 'found by name',
    commands: EXPORTING,
  },
  phoneColumn: {
    group: 'write',
    value: { kind: 'text', shown: 'name', what: 'a column, or none' },
    help: 'column of the phone number; none: without',
    otherwise: 'found by name',
    commands: EXPORTING,
  },
  firstNameColumn: {
    group: 'write',
    value: { kind: 'text', shown: 'name', what: 'a column, or none' },
    help: 'column of the first name; none: without',
    otherwise: 'found by name',
    commands: EXPORTING,
  },
  lastNameColumn: {
    group: 'write',
    value: { kind: 'text', shown: 'name', what: 'a column, or none' },
    help: 'column of the last name; none: without',
    otherwise: 'found by name',
    commands: EXPORTING,
  },
  countryColumn: {
    group: 'write',
    value: { kind: 'text', shown: 'name', what: 'a column, or none' },
    help: 'column of the country (ISO 3166, two letters); none: without',
    otherwise: 'found by name',
    commands: EXPORTING,
  },
  zipColumn: {
    group: 'write',
    value: { kind: 'text', shown: 'name', what: 'a column, or none' },
    help: 'column of the postal code; none: without',
    otherwise: 'found by name',
    commands: EXPORTING,
  },
  externalIdColumn: {
    group: 'write',
    value: { kind: 'text', shown: 'name', what: 'a column, or none' },
    help: 'column of the id that the tool knows people by',
    otherwise: 'user_id',
    commands: EXPORTING,
  },
  defaultCountry: {
    group: 'write',
    value: { kind: 'choice', shown: 'country', choices: PHONE_COUNTRIES.map(({ iso }) => iso) },
    help: 'country of phone numbers without a country code whose row names none, such as DE',
    otherwise: 'such numbers are left out',
    commands: EXPORTING,
  },
  suppress: {
    group: 'write',
    value: { kind: 'file', shown: 'file' },
    help: 'list of those who get into no file: ids, addresses or numbers, as they are or as SHA-256',
    // What is in the file decides, and the manifest repeats its checksum.
    leavesMembers: true,
    commands: EXPORTING,
  },
  properties: {
    group: 'write',
    value: { kind: 'property', shown: 'columns', list: true },
    help: 'columns of members or of --keep to send along as properties, separated by commas',
    elsewhere: [],
    commands: EXPORT,
  },
  maxRows: {
    group: 'write',
    value: { kind: 'whole', shown: 'n', min: 1, max: 1_000_000_000 },
    help: 'rows of one file at most; the rest follows in further files',
    otherwise: 'as many as the tool takes',
    elsewhere: [],
    commands: EXPORT,
  },
  exportOut: {
    group: 'write',
    flag: 'out',
    value: { kind: 'folder', shown: 'dir' },
    help: 'folder for the files, one folder a tool in it',
    default: 'audiences',
    leavesMembers: true,
    elsewhere: [],
    commands: EXPORT,
  },
  initOut: {
    group: 'write',
    flag: 'out',
    value: { kind: 'file', shown: 'file' },
    help: 'the file to write',
    default: 'segment.yaml',
    elsewhere: [],
    commands: INIT,
  },
  initStdout: {
    group: 'write',
    flag: 'stdout',
    value: { kind: 'switch' },
    help: 'print it in place of a file',
    excludes: 'initOut',
    elsewhere: [],
    commands: INIT,
  },
  update: {
    group: 'write',
    value: { kind: 'switch' },
    help: 'add this run to the baseline; one that is off is remembered as off only',
    elsewhere: [],
    commands: CHECK,
  },
  accept: {
    group: 'write',
    value: { kind: 'text', shown: 'reason', what: 'the reason, in words' },
    help: 'take this run for what is usual from now on, also when it is off, with the reason',
    elsewhere: [],
    commands: [...CHECK, 'run'],
  },
  checkForce: {
    group: 'write',
    flag: 'force',
    value: { kind: 'switch' },
    help: 'write the baseline in CI too',
    elsewhere: [],
    commands: CHECK,
  },
  demoOut: {
    group: 'write',
    flag: 'out',
    value: { kind: 'file', shown: 'file' },
    help: 'the file to write',
    otherwise: 'demo.csv',
    elsewhere: [],
    commands: DEMO,
  },
  demoFormat: {
    group: 'write',
    flag: 'format',
    value: { kind: 'choice', shown: 'format', choices: ['csv', 'parquet'] },
    help: 'csv or parquet',
    otherwise: 'as the name of the file says',
    elsewhere: [],
    commands: DEMO,
  },
  demoForce: {
    group: 'write',
    flag: 'force',
    value: { kind: 'switch' },
    help: 'replace the file if it is there',
    elsewhere: [],
    commands: DEMO,
  },

  wait: {
    group: 'run',
    value: { kind: 'duration', shown: 'time', most: 86_400 },
    help: 'how long to wait for another run to end, such as 30s, 10m or 2h',
    default: '0s',
    commands: [...NIGHTLY, 'runs'],
  },
  log: {
    group: 'run',
    value: { kind: 'choice', shown: 'form', choices: ['none', 'text', 'json'] },
    help: 'say on stderr what is done, a line for each phase, warning and error and one at the end, in place of the report: text or json',
    default: 'none',
    commands: NIGHTLY,
  },
  notifyFile: {
    group: 'run',
    value: { kind: 'file', shown: 'file' },
    help: 'write what became of the run into this file as Markdown, also when it fails, for a mail or a chat to pick up',
    commands: NIGHTLY,
  },
  threads: {
    group: 'run',
    value: { kind: 'whole', shown: 'n', min: 1, max: 1024 },
    help: 'threads to use',
    otherwise: 'one per core',
    commands: COMPUTING,
  },
  memoryLimit: {
    group: 'run',
    value: { kind: 'size', shown: 'size' },
    help: 'memory for the engine, for example 512MB',
    otherwise: 'half of the memory, at most 2GB',
    commands: [...WORKING, ...LOOKING_BACK],
  },
  tempDir: {
    group: 'run',
    value: { kind: 'folder', shown: 'dir' },
    help: 'folder for temporary files',
    otherwise: "the system's",
    commands: COMPUTING,
  },
  watch: {
    group: 'run',
    value: { kind: 'switch' },
    help: 'show it again whenever the config file or an input changes, until Ctrl-C',
    elsewhere: [],
    commands: PREVIEW,
  },
  cache: {
    group: 'run',
    value: { kind: 'switch' },
    help: 'read the files anew, and keep nothing of them for the next run',
    default: 'true',
    commands: CACHING,
  },
  cacheDir: {
    group: 'run',
    value: { kind: 'folder', shown: 'dir' },
    help: 'folder for what is kept of files',
    otherwise: "segment in the system's folder for caches",
    commands: CACHING,
  },
  cacheSize: {
    group: 'run',
    value: { kind: 'size', shown: 'size' },
    help: 'what it may hold; what was not used for longest goes first',
    default: '2GB',
    commands: CACHING,
  },
  progress: {
    group: 'run',
    value: { kind: 'choice', shown: 'style', choices: ['auto', 'bar', 'plain', 'none'] },
    help: 'auto, bar, plain or none',
    default: 'auto',
    commands: [...WORKING, ...LOOKING_BACK],
  },
  config: {
    group: 'run',
    value: { kind: 'file', shown: 'file', none: true },
    help: 'config file',
    otherwise: 'segment.yaml in this folder or above',
    without: 'read no config file',
    elsewhere: ['environment'],
    commands: CONFIGURED,
  },
  json: { group: 'run', value: { kind: 'switch' }, help: 'print the result as JSON', commands: SHOWING },
  quiet: { group: 'run', value: { kind: 'switch' }, help: 'print no summary and no progress', excludes: 'verbose', commands: SHOWING },
  verbose: { group: 'run', value: { kind: 'switch' }, help: 'say more about what is done', commands: SHOWING },
  color: { group: 'run', value: { kind: 'switch' }, help: 'no colours', default: 'true', commands: EVERY },
} as const satisfies Readonly<Record<string, OptionEntry>>;

export type OptionName = keyof typeof OPTIONS;

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** The entry of an option, without what only the compiler needs to know. */
export function optionOf(name: OptionName): OptionEntry {
  return OPTIONS[name];
}

/** The options of a command, in the order of the help. */
export function optionsOf(command: CommandName): readonly OptionName[] {
  const own = OPTION_NAMES.filter((name) => optionOf(name).commands.includes(command));
  return OPTION_GROUPS.flatMap((group) => own.filter((name) => OPTIONS[name].group === group));
}

/** The options that a config file may hold. */
export const FILE_OPTIONS = OPTION_NAMES.filter((name) => isFrom(name, 'file'));

/** Those that decide about the check alone: a config file may keep them together below `check`. */
export const CHECK_OPTIONS: readonly OptionName[] = FILE_OPTIONS.filter(
  (name) => optionsOf('check').includes(name) && !optionsOf('classify').includes(name),
);

/** The options that have an environment variable. */
export const ENVIRONMENT_OPTIONS = OPTION_NAMES.filter((name) => isFrom(name, 'environment'));

function isFrom(name: OptionName, source: 'environment' | 'file'): boolean {
  return optionOf(name).elsewhere?.includes(source) ?? true;
}

/** The flag as it is shown: `--user-column`, `--no-color`. */
export function flagOf(name: OptionName): string {
  return `--${isOnByDefault(name) ? 'no-' : ''}${flagName(name)}`;
}

/** The flag that says the opposite of another source, or `none`: `--no-strict`, `--color`, `--no-config`; undefined where there is none. */
export function oppositeFlagOf(name: OptionName): string | undefined {
  const canBeOn = OPTIONS[name].value.kind === 'switch' && isFrom(name, 'file');
  if (!canBeOn && optionOf(name).without === undefined) return undefined;
  return `--${isOnByDefault(name) ? '' : 'no-'}${flagName(name)}`;
}

/** The name after the dashes, without `no-`. */
export function flagName(name: OptionName): string {
  return optionOf(name).flag ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The name in config files and in the manifest: `user_column`. */
export function keyOf(name: OptionName): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The environment variable: `SEGMENT_USER_COLUMN`. */
export function variableOf(name: OptionName): string {
  return `SEGMENT_${keyOf(name).toUpperCase()}`;
}

/** Whether it is a switch that only needs a flag to be off. */
export function isOnByDefault(name: OptionName): boolean {
  const { value, default: usual } = optionOf(name);
  return value.kind === 'switch' && usual === 'true';
}

/** Whether it can be given several times, and all of them count. */
export function isList(name: OptionName): boolean {
  return 'list' in OPTIONS[name].value;
}

/** Whether it can change a byte of the members. */
export function changesMembers(name: OptionName): boolean {
  const { group, leavesMembers } = optionOf(name);
  return group !== 'run' && leavesMembers === undefined;
}
