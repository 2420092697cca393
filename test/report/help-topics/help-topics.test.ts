import { describe, expect, it } from 'vitest';
import { RULE_NAMES } from '../../../src/analysis/explain/explain-result.js';
import { parseConfigFile } from '../../../src/config/parse-config-file.js';
import { parseRule } from '../../../src/config/parse-rule.js';
import { parseSegmentText } from '../../../src/config/parse-segment-text.js';
import { MEMBER_COLUMNS } from '../../../src/membership/members-query.js';
import { HELP_TOPICS } from '../../../src/report/help-topics/index.js';
import { textWidth } from '../../../src/report/text-width.js';
import { grid } from '../../../src/segmentation/rfm/models/grid.js';
import { RFM_MODELS } from '../../../src/segmentation/rfm/models/index.js';
import { rfmSegmentOf, rfmSegments } from '../../../src/segmentation/rfm/rfm-model.js';
import { printRule } from '../../../src/segmentation/rules/print-rule.js';
import { STATUSES } from '../../../src/segmentation/status/status.js';

function topic(name: string): string {
  const found = HELP_TOPICS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no topic ${name}`);
  return found.markdown();
}

describe('help topics', () => {
  it('are the six of the command, in the order of the README', () => {
    expect(HELP_TOPICS.map(({ name }) => name)).toEqual(['statuses', 'pauses', 'rfm', 'as-of', 'rules', 'lint-codes', 'columns']);
  });

  it.each(HELP_TOPICS.map((each) => [each.name, each] as const))('%s: fits from 80 columns on, ASCII only', (_, each) => {
    for (const width of [80, 100, 160]) {
      for (const line of each.render(width).split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(width);
    }
    expect(each.render(80)).toMatch(/^[\n -~]*$/);
    expect(each.render(80)).not.toMatch(/`| $/m);
  });

  it.each(HELP_TOPICS.map((each) => [each.name, each] as const))('%s: terminal and Markdown have the same words', (_, each) => {
    const words = (text: string): string[] => text.split(/[^a-z]+/i).filter((word) => word !== '');
    const markdown = new Set(words(each.markdown()));
    for (const word of words(each.render(100))) expect(markdown).toContain(word);
    expect(each.markdown().startsWith(`### ${each.title}\n`)).toBe(true);
  });

  it.each(HELP_TOPICS.map((each) => [each.name, each] as const))('%s: text', async (name, each) => {
    await expect(each.render(80)).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});

describe('statuses', () => {
  const text = topic('statuses');

  it('names every status and reason', () => {
    for (const { name } of STATUSES) expect(text).toContain(`\`${name}\``);
    for (const reason of [
      'no_activity',
      'inactivity',
      'first_seen',
      'idle',
      'returned',
      'declining',
      'overdue',
      'cancelling',
      'paying_but_idle',
      'consistent',
      'repeat_buyer',
      'few_days',
    ]) {
      expect(text).toContain(`\`${reason}\``);
    }
    // rules 3, 7 and 8 have two, four and two clauses, `active` is the rest
    expect(text.match(/^\| \d+ `/gm)?.length).toBe(RULE_NAMES.length - 5 + 1);
  });

  it("Ana's example is worked rightly", () => {
    // gaps 8−1, 15−8, 29−15; idle days counted from 29 March
    const idle = (day: string): number => (Date.parse(day) - Date.parse('2026-03-29')) / 86_400_000;
    expect([idle('2026-04-10'), idle('2026-04-11'), idle('2026-04-14'), idle('2026-04-15'), idle('2026-05-10')]).toEqual([
      12, 13, 16, 17, 42,
    ]);
    expect((3 * 7 + 2 * 7) / (3 + 2)).toBe(7);
    expect(Math.max(2 * 7, 16, 14)).toBe(16);
    expect(Math.max(4 * 7, 41, 30, 1.5 * 14)).toBe(41);
    expect(0.75 * 16).toBe(12);
  });
});

describe('rfm', () => {
  it('names every segment of every model', () => {
    for (const { name } of RFM_MODELS.flatMap(rfmSegments)) expect(topic('rfm')).toContain(`\`${name}\``);
  });

  it("Ben's example is worked rightly", () => {
    const below = (edges: readonly number[], value: number): number => edges.filter((edge) => edge < value).length;
    expect(5 - below([12.6, 34, 77.4, 160], 20)).toBe(4);
    expect(1 + below([1, 2, 4, 9], 3)).toBe(3);
    expect(1 + below([24.5, 60, 141.125, 310], 40 + 55 + 20 - 20)).toBe(3);
    expect(rfmSegmentOf(grid, 4, 3, 3)).toBe('potential_loyalists');
  });
});

describe('as-of', () => {
  it('the example day is set aside by the rule', () => {
    expect((Date.parse('2026-05-15') - Date.parse('2026-04-03')) / 86_400_000).toBe(42);
    expect(Math.max(2, 0.001 * 4_000)).toBe(4);
  });
});

describe('columns', () => {
  it('explains every column of members, in their order', () => {
    const explained = [...topic('columns').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(explained).toEqual([...MEMBER_COLUMNS]);
  });

  it("Cleo's example is worked rightly", () => {
    const days = (from: string): number => (Date.parse('2026-06-30') - Date.parse(from)) / 86_400_000;
    expect([days('2026-06-28'), days('2026-06-01')]).toEqual([2, 29]);
  });
});

describe('rules', () => {
  const { markdown } = HELP_TOPICS.find(({ name }) => name === 'rules') ?? { markdown: () => '' };

  /** Rows of two cells in backticks: what is written in YAML, and the same in the short form. */
  const rows = [...markdown().matchAll(/^\| `([^`]+)` \| `([^`]+)` \|$/gm)].map(([, yaml = '', short = '']) => [yaml, short] as const);

  it.each(rows)('%s', (yaml, short) => {
    const { layer, problems } = parseConfigFile(`segments:\n  one:\n    where:\n      ${yaml}\n`, 'segment.yaml', (path) => path);
    expect(problems).toEqual([]);
    const rule = layer.get('segments')?.[0]?.segments?.[0]?.definition?.rule;
    const { value } = parseRule(short);
    if (rule === undefined || value === undefined) throw new Error('no rule');
    expect(printRule(rule)).toBe(printRule(value));
  });

  it('shows both forms of at least 30 conditions, and examples that are read', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30);
    const example = /```\n(segments:\n[^`]*)```/.exec(markdown())?.[1] ?? '';
    expect(parseConfigFile(example, 'segment.yaml', (path) => path)).toMatchObject({ problems: [] });
    const flag = /```\n--segment "([^`]*)"\n```/.exec(markdown())?.[1] ?? '';
    expect(parseSegmentText(flag).definition?.rule).toBeDefined();
  });
});
