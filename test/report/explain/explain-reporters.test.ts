import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExplainedUser, ExplainResult } from '../../../src/analysis/explain/explain-result.js';
import { checkRules } from '../../../src/report/explain/rule-conditions.js';
import { EXPLAIN_REPORTERS } from '../../../src/report/reporters/index.js';
import { textWidth } from '../../../src/report/text-width.js';
import { grid } from '../../../src/segmentation/rfm/models/grid.js';
import { hasHarmfulSigns, hasNaughtyStrings, readNaughtyStrings } from '../naughty-strings.js';
import { ana, ben, cleo, days, explainResult } from './sample-user.js';

type Options = Parameters<(typeof EXPLAIN_REPORTERS)['terminal']['render']>[1];
const PLAIN: Options = { width: 80, colorLevel: 0, isUnicode: true };

function render(users: readonly ExplainedUser[], options: Partial<Options> = {}, changes: Partial<ExplainResult> = {}): string {
  return EXPLAIN_REPORTERS.terminal.render(explainResult(users, changes), { ...PLAIN, ...options });
}

/** The text in one line, so that wrapping does not matter. */
function flow(text: string): string {
  return text.replace(/\s+/g, ' ');
}

const CONTROLS = ['\u001b[2J\u0007\u009b', 'a\nb', '\u202eabc'];
const OF_STATUS = { ofStatus: { status: 'at_risk', users: 130 } } as const;

describe('explain in the terminal', () => {
  it.each([
    ['overdue-80', render([ana()])],
    ['overdue-160', render([ana()], { width: 160 })],
    ['overdue-40-ascii', render([ana()], { width: 40, isUnicode: false })],
    ['overdue-80-color', render([ana()], { colorLevel: 2 })],
    ['churned-80', render([ben()])],
    ['never-active-80-ascii', render([cleo()], { isUnicode: false })],
    ['of-status-80', render([ana({ chosen: 'typical' }), ben(), ana({ chosen: 'nearest border' })], {}, OF_STATUS)],
  ])('%s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('answers every rule with its numbers, in order, and marks the one that decided', () => {
    const text = flow(render([ana()]));
    expect(text).toContain('5 dormant idle 13 > dormant_after 16? no');
    expect(text).toContain('> 7 at_risk gaps 3 ≥ 2? yes; idle 13 > 0.75 × dormant_after = 12? yes');
    expect(text).toContain('3 churned history 1,560 ≥ 90? yes; idle 13 > churned_after 41? no');
    expect(text).toContain('Nearest rule that does not hold: dormant, 4 days away.');
    expect(text).toContain('Becomes dormant on 15 Apr without activity.');
  });

  it('agrees with one, and with no change to come', () => {
    const user = ana({ nearest: { rule: 'isConsistent', status: 'loyal', missing: 1, unit: 'active weeks' }, nextFlip: null });
    expect(render([user])).toContain('loyal, 1 active week away.');
    expect(render([user])).toContain('Stays at_risk without activity.');
    const reason = ana({ nextFlip: { day: '2027-01-02', status: 'at_risk', reason: 'declining' } });
    expect(render([reason])).toContain('Stays at_risk, with reason declining, from 2 Jan 2027 without activity.');
  });

  it('words scores by the edges', () => {
    const text = flow(render([ana()], {}, { currency: 'EUR' }));
    expect(text).toContain('20 days: R4 (13–34 days ago; edges 12.6, 34, 77.4, 160)');
    expect(text).toContain('95.00 EUR: M3 (above 60.00 to 141.125; edges 24.5, 60, 141.125, 310)');
    expect(text).toContain('5, newest first: 22 Mar 55.00 EUR (A-17); 8 Mar 40.00 EUR; 2 Dec 2025 amount unknown (A-3); 2 earlier');
  });

  it('counts active days where there are no orders', () => {
    const rfm = { ...ana().rfm, monetary: null, scores: { recency: 4, frequency: 3, monetary: null }, orders: 0, newestOrders: [] };
    const edges = { recencyDays: ['12.6', '34', '77.4', '160'], frequency: ['1', '2', '4', '9'], monetary: null };
    const text = render([ana({ rfm })], {}, { rfm: { model: grid, basis: 'activity', lookbackDays: 'all', edges } });
    expect(text).toContain('RFM: potential_loyalists (43)');
    expect(text).toContain('3 active days: F3 (3–4 active days');
    expect(text).not.toContain('monetary');
    expect(text).not.toContain('in 365 days');
  });

  it('says so when nobody has the status', () => {
    expect(render([], {}, { ofStatus: { status: 'at_risk', users: 0 } })).toBe('Nobody is at_risk as of 11 April 2026 (UTC).\n');
  });
});

describe('the lifeline', () => {
  function lifeline(user: ExplainedUser, options: Partial<Options> = {}): string[] {
    const lines = render([user], options).split('\n');
    return lines.slice(lines.indexOf('Lifeline') + 2, lines.indexOf('Values') - 1);
  }

  it('has one sign a day from first seen to the as-of day, the gaps over it, the borders under it', () => {
    // 1 March is the first cell; 8 March lies 7 cells on, 29 March 28, today (11 April) 41, 15 April 45, 10 May 70
    const [gaps, signs, today, dormant, churned] = lifeline(ana(), { width: 160 })
      .slice(-5)
      .map((line) => line.slice(2));
    expect(signs).toBe('●······◆······●····◦········◆···◇·········');
    expect(signs?.length).toBe(42);
    expect(gaps).toBe('   7      7         14            13');
    expect(today?.indexOf('^')).toBe(41);
    expect(dormant).toBe(`${' '.repeat(45)}^ dormant from 15 Apr`);
    expect(churned).toBe(`${' '.repeat(70)}^ churned from 10 May`);
  });

  it('has one sign a week, or more weeks, when days do not fit', () => {
    expect(render([ana()], { width: 60 })).toContain('one sign a week');
    // 11 April closes the last week; 5–11 April, 29 March–4 April, … back to 1–7 March: six weeks
    expect(lifeline(ana(), { width: 60 }).map((line) => line.slice(2))).toContain('●◆●·◆·');
    expect(render([ben()], { width: 200 })).toContain('one sign for 2 weeks');
  });

  it('shows what matters most of a day', () => {
    const user = ana({
      days: days(
        ['2026-03-01', 'active', 'order', 'refund', 'passive', 'churn'],
        ['2026-03-02', 'passive', 'refund'],
        ['2026-03-03', 'passive', 'active'],
      ),
    });
    expect(lifeline(user, { width: 160, isUnicode: false }).some((line) => line.startsWith('  xro...'))).toBe(true);
  });
});

describe('checkRules', () => {
  it('fires the first that holds; `active` when none does', () => {
    const fired = (user: ExplainedUser): string[] =>
      checkRules(user, explainResult([user]))
        .filter((rule) => rule.fired)
        .map(({ order, status }) => `${order} ${status}`);
    expect(fired(ana())).toEqual(['7 at_risk']);
    expect(fired(ben())).toEqual(['1 churned']);
    expect(fired(cleo())).toEqual(['2 never_active']);
    expect(fired(ana({ rules: { ...ana().rules, isOverdue: false } }))).toEqual(['10 active']);
  });

  it('comparisons are strict where the rules are', () => {
    const at = (idleDays: number): boolean | undefined => {
      const user = ana({ values: { ...ana().values, idleDays } });
      return checkRules(user, explainResult([user]))
        .find(({ rule }) => rule === 'isOverdue')
        ?.conditions.at(-1)?.holds;
    };
    // 0.75 · 16 is exactly 12
    expect(at(12)).toBe(false);
    expect(at(13)).toBe(true);
  });

  it('thresholds are compared exactly', () => {
    const user = ana({ values: { ...ana().values, idleDays: 21, dormantAfter: '28.013334' } });
    const limit = checkRules(user, explainResult([user]))
      .find(({ rule }) => rule === 'isOverdue')
      ?.conditions.at(-1);
    expect(limit).toMatchObject({ limit: '21.0100005', holds: false });
  });
});

describe('explain as JSON', () => {
  it('is one object with the rules and their comparisons', async () => {
    const text = EXPLAIN_REPORTERS.json.render(explainResult([ana()]), PLAIN);
    await expect(text).toMatchFileSnapshot('golden/overdue.json');
    const parsed = JSON.parse(text) as { users: { rules: { fired: boolean; status: string }[]; dormant_after_days: number }[] };
    expect(parsed.users[0]?.dormant_after_days).toBe(16);
    expect(parsed.users[0]?.rules.filter(({ fired }) => fired)).toMatchObject([{ status: 'at_risk' }]);
  });
});

describe('hostile and extreme users', () => {
  it.skipIf(!hasNaughtyStrings)('naughty strings leave no control character', () => {
    const users = [...readNaughtyStrings(), ...CONTROLS].map(hostileUser);
    expect(hasHarmfulSigns(render(users, { width: 60 }, OF_STATUS))).toBe(false);
    expect(hasHarmfulSigns(EXPLAIN_REPORTERS.json.render(explainResult(users), PLAIN))).toBe(false);
  });

  it('control characters are shown, not sent', () => {
    const text = render(CONTROLS.map(hostileUser), { width: 60 });
    expect(hasHarmfulSigns(text)).toBe(false);
    expect(text).toContain('\\x1b[2J\\x07\\x9b is at_risk');
  });

  it('is never wider than the page', () => {
    const users = fc.oneof(
      fc.constantFrom(ana(), ben(), cleo()),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).map(hostileUser),
    );
    fc.assert(
      fc.property(users, fc.integer({ min: 40, max: 200 }), fc.boolean(), fc.boolean(), (user, width, isUnicode, isList) => {
        const text = render([user], { width, isUnicode, colorLevel: 1 }, isList ? OF_STATUS : {});
        for (const line of text.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(width);
      }),
      { numRuns: 60 },
    );
  });
});

function hostileUser(name: string): ExplainedUser {
  const user = ana();
  return ana({
    userId: name,
    reason: name,
    nextFlip: { day: '2026-04-15', status: 'at_risk', reason: name },
    values: { ...user.values, churnEvent: { name, day: '2026-03-01', isUndone: true }, riskEvent: { name, day: '2026-04-01' } },
    rules: { ...user.rules, hasRiskEvent: true },
    rfm: { ...user.rfm, newestOrders: [{ day: '2026-03-22', orderId: name, amount: '12345678901234567890.5' }] },
  });
}
