import { fileURLToPath } from 'node:url';
import { WARNING_CODES } from '../../src/analysis/classify/warnings.js';
import { explainUser } from '../../src/analysis/explain/explain.js';
import { classifyFiles } from '../../src/cli/classification.js';
import { EXIT_CODE_OF } from '../../src/cli/exit-code.js';
import { loadRfmModel } from '../../src/cli/load-rfm-model.js';
import { readSettings } from '../../src/cli/read-settings.js';
import { withSession } from '../../src/cli/session.js';
import { ENVIRONMENT_OPTIONS, FILE_OPTIONS, flagOf, keyOf, oppositeFlagOf, optionOf, variableOf } from '../../src/config/options.js';
import type { Database } from '../../src/engine/database.js';
import { type ErrorKind, MESSAGES, type Message } from '../../src/errors/messages.js';
import { findInputFiles } from '../../src/input/sources.js';
import { HELP_TOPICS } from '../../src/report/help-topics/index.js';
import { EXPLAIN_REPORTERS } from '../../src/report/reporters/index.js';
import { PARAMETER_NAMES, parameterRange, STATUS_PARAMETERS } from '../../src/segmentation/status/status-parameters.js';
import { sql } from '../../src/sql/sql.js';
import { runCli } from '../support/run-cli.js';
import { silentIo } from '../support/silent-io.js';
import { rewriteSections, type WrittenSection, writtenSections } from './readme-blocks.js';
import { type BlockOutput, runShellBlocks } from './run-commands.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The README with every section that has a source written from it, and what its commands printed. */
export async function writeReadme(markdown: string): Promise<string> {
  const outputs = await runShellBlocks(markdown);
  const commands = writtenSections(markdown).flatMap(({ kind, of }) => (kind === 'help' ? [of] : []));
  const helps = new Map<string, string>();
  for (const command of commands) helps.set(command, (await runCli([...command.split(' ').slice(1), '--help'])).stdout);
  const examples = await statusExamples();
  return rewriteSections(markdown, (section) => {
    switch (section.kind) {
      case 'topic':
        return topicText(section.of);
      case 'help':
        return fenced(helps.get(section.of) ?? '');
      case 'output':
        return fenced(outputText(section, outputs));
      default:
        return section.of === 'examples' ? examples : (TABLES[section.of]?.() ?? `no table ${section.of}\n`);
    }
  });
}

/** Tables by the name that stands in the marker. */
const TABLES: Readonly<Record<string, () => string>> = {
  parameters: () =>
    table(
      ['parameter', 'default', 'unit', 'takes', 'meaning'],
      PARAMETER_NAMES.map((name) => {
        const { default: value, unit, meaning } = STATUS_PARAMETERS[name];
        return [`\`${name}\``, String(value), unit, parameterRange(name), meaning];
      }),
    ),
  options: () =>
    table(
      ['key', 'flags', 'variable', 'default'],
      ENVIRONMENT_OPTIONS.map((name) => {
        const { value, isArgument, default: usual, otherwise } = optionOf(name);
        const flag = value.kind === 'switch' ? flagOf(name) : `${flagOf(name)} <${value.shown}>`;
        const flags = [flag, oppositeFlagOf(name)].flatMap((one) => (one === undefined ? [] : [`\`${one}\``]));
        const key = FILE_OPTIONS.includes(name) ? `\`${keyOf(name)}\`` : '';
        return [
          key,
          isArgument ? 'FILES' : flags.join(' '),
          `\`${variableOf(name)}\``,
          usual ?? otherwise ?? (value.kind === 'switch' ? 'false' : ''),
        ];
      }),
    ),
  warnings: () =>
    table(
      ['code', 'meaning'],
      Object.entries(WARNING_CODES).map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
  errors: () =>
    table(
      ['exit code', 'error codes'],
      Object.entries(EXIT_CODE_OF).map(([kind, exitCode]) => [
        String(exitCode),
        codesOf(kind)
          .map((code) => `\`${code}\``)
          .join(' '),
      ]),
    ),
};

interface Explained {
  readonly status: string;
  readonly status_reason: string;
  readonly rules: readonly { readonly order: number; readonly fired: boolean; readonly conditions: readonly Condition[] }[];
}

interface Condition {
  readonly name: string;
  readonly actual: number | null;
  readonly comparison: string | null;
  readonly limit_name: string | null;
  readonly limit: number | null;
}

/** One user of the fixture for each rule and reason, with the numbers that decided: all of one classification. */
async function statusExamples(): Promise<string> {
  const io = silentIo(ROOT, new Date('2026-07-01T00:00:00Z'));
  const settings = await readSettings('explain', { user: 'each' }, io, ['fixtures/shop.csv']);
  const inputs = await findInputFiles(settings.inputs, io.cwd);
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const explained: { readonly order: number; readonly cells: readonly string[] }[] = [];
  await withSession(io, settings, { inputs, output: undefined }, async (session) => {
    const command = { whole: 'segment explain', withoutColumns: 'segment explain', typed: [] };
    const { result: summary, ...found } = await classifyFiles(io, session, { settings, rfmModel, keepDays: true, command });
    const known = { summary, parameters: settings.set, shape: found.userDays.shape, known: found.known };
    for (const userId of await firstOfEachReason(session.database)) {
      const result = await explainUser(session.database, known, userId);
      const text = EXPLAIN_REPORTERS.json.render(result, { width: 80, colorLevel: 0, isUnicode: true });
      const [user] = (JSON.parse(text) as { readonly users: readonly Explained[] }).users;
      const rule = user?.rules.find(({ fired }) => fired);
      if (user === undefined || rule === undefined) throw new Error(`nothing decided on ${userId}`);
      const numbers = rule.conditions.map(conditionText).join('; ') || 'no other rule holds';
      explained.push({
        order: rule.order,
        cells: [`${rule.order} \`${user.status}\``, `\`${user.status_reason}\``, `\`${userId}\``, numbers],
      });
    }
  });
  return table(
    ['rule', 'reason', 'user', 'what held'],
    explained.sort((left, right) => left.order - right.order).map(({ cells }) => cells),
  );
}

/** The least id of each status and reason, by that id. */
async function firstOfEachReason(database: Database): Promise<string[]> {
  const rows = await database.rows<{ first: string }>(sql`
    select min(user_id) as first
    from members
    group by status, status_reason
    order by first`);
  return rows.map(({ first }) => first);
}

function conditionText({ name, actual, comparison, limit_name, limit }: Condition): string {
  if (actual === null) return name;
  return `${name} ${actual} ${comparison} ${limit_name === null ? '' : `${limit_name} = `}${limit}`;
}

function codesOf(kind: string): string[] {
  return Object.entries(MESSAGES).flatMap(([code, message]) => (kindOf(message) === kind ? [code] : []));
}

/** A message's kind does not depend on its data: anything goes for it. */
function kindOf(message: (data: never) => Message): ErrorKind {
  const anything: unknown = new Proxy(() => anything, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return () => 'x';
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      return key === 'length' ? 0 : anything;
    },
    apply: () => anything,
  });
  return message(anything as never).kind;
}

function topicText(name: string): string {
  const topic = HELP_TOPICS.find((known) => known.name === name);
  if (topic === undefined) throw new Error(`no topic ${name}`);
  return topic.markdown();
}

/** `paragraphs 1-3, 7` or `lines 1-2` of what the commands before the section printed; `all` of it. */
function outputText({ of, start }: WrittenSection, outputs: readonly BlockOutput[]): string {
  const text = outputs.findLast(({ block }) => block.end <= start)?.text.trimEnd() ?? '';
  if (of === 'all') return `${text}\n`;
  const [unit, ranges = ''] = of.split(/ (.*)/);
  const separator = unit === 'lines' ? '\n' : '\n\n';
  const parts = text.split(separator);
  const shown = ranges.split(', ').map((range) => {
    const [from = 1, to = from] = range.split('-').map(Number);
    if (to > parts.length) throw new Error(`there are ${parts.length} ${unit}, not ${range}`);
    return { from, to, text: parts.slice(from - 1, to).join(separator) };
  });
  const last = shown.at(-1)?.to ?? 0;
  const begin = shown[0]?.from === 1 ? '' : `…${separator}`;
  const end = last === parts.length ? '' : `${separator}…`;
  return `${begin}${shown.map((part) => part.text).join(`${separator}…${separator}`)}${end}\n`;
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\`\`\`\n`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return `\n${lines.join('\n')}\n\n`;
}
