import { parse } from 'csv-parse/sync';
import { Fraction, ZERO } from '../oracle/fraction.js';
import { MEMBER_COLUMNS, type OracleAnswer } from '../oracle/oracle.js';

const SHOWN = 8;
const HALF_MILLIONTH = Fraction.of(1, 2_000_000);

/** Throws unless members.csv holds exactly the oracle's users, in its order, with every column equal as text. */
export function expectSameMembers(membersCsvText: string, answer: OracleAnswer): void {
  const [header = [], ...lines]: string[][] = parse(membersCsvText, { skip_empty_lines: false });
  const differences: string[] = [];
  const wanted = MEMBER_COLUMNS.join(',');
  const found = header.slice(0, MEMBER_COLUMNS.length).join(',');
  if (found !== wanted) throw new Error(`members.csv begins with the columns\n  ${found}\ninstead of\n  ${wanted}`);

  const ids = lines.map((line) => line[0] ?? '');
  const wantedIds = answer.users.map((user) => user.user_id);
  const written = new Set(ids);
  const known = new Set(wantedIds);
  for (const id of wantedIds) if (!written.has(id)) differences.push(`${JSON.stringify(id)} is missing`);
  for (const id of ids) if (!known.has(id)) differences.push(`${JSON.stringify(id)} is nobody the oracle knows`);
  if (differences.length === 0) {
    const unsorted = ids.findIndex((id, index) => id !== wantedIds[index]);
    if (unsorted >= 0)
      differences.push(`line ${unsorted + 2} is ${JSON.stringify(ids[unsorted])}, sorted it is ${JSON.stringify(wantedIds[unsorted])}`);
  }

  const lineOf = new Map(lines.map((line) => [line[0] ?? '', line]));
  for (const user of answer.users) {
    const line = lineOf.get(user.user_id);
    if (line === undefined) continue;
    const wrong = MEMBER_COLUMNS.flatMap((column, index) => {
      const text = line[index] ?? '';
      return text === user[column] ? [] : [`${column} ${JSON.stringify(text)}, oracle ${JSON.stringify(user[column])}`];
    });
    if (wrong.length > 0) {
      const about = `first seen ${user.first_seen}, last ${user.last_seen || 'never'}, ${user.active_days} active days, usual ${user.usual_interval_days || '-'}`;
      differences.push(`${JSON.stringify(user.user_id)} (${about}): ${wrong.join('; ')}`);
    }
  }
  if (differences.length > 0) throw new Error(explain(differences, answer));
}

interface Size {
  users: number;
  share: number;
  revenue: string;
  revenue_share: number;
}

/** The columns of members by the names of their segmentations. */
const SEGMENTATIONS = {
  status: 'status',
  rfm: 'rfm_segment',
  value_tier: 'value_tier',
  buyer_type: 'buyer_type',
  paying: 'paying',
  visitor: 'visitor',
} as const;

/** Throws unless summary.json tells the oracle's dates, gaps, edges, sums and the sizes of every segmentation. */
export function expectSameSummary(summaryText: string, answer: OracleAnswer): void {
  const summary = JSON.parse(summaryText) as {
    as_of: string;
    users: number;
    rows: { total: number; used: number; duplicate: number; after_as_of: number; filtered?: number; before_since?: number };
    value_total: string;
    population_gaps: { p50: number; p75: number; p90: number; users: number };
    rules_off: { status: string }[];
    history_days: number;
    paused_days: number;
    period: { first: string; last: string };
    segmentations: Record<string, Record<string, Size | string>>;
    edges: { recency_days: string[]; frequency: string[]; monetary: string[] | null } | null;
  };
  const differences: string[] = [];
  const check = (name: string, found: unknown, wanted: unknown): void => {
    const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (left !== right) differences.push(`${name} ${left}, oracle ${right}`);
  };
  /** To 6 decimals: at most half a millionth away. */
  const checkShare = (name: string, found: number, wanted: Fraction): void => {
    const off = Fraction.ofParameter(Number(found.toFixed(6))).minus(wanted);
    const isNear = !off.isAbove(HALF_MILLIONTH) && !off.negated().isAbove(HALF_MILLIONTH);
    if (!isNear) differences.push(`${name} ${found}, oracle ${wanted.numerator}/${wanted.denominator}`);
  };
  check('as_of', summary.as_of, answer.asOf);
  check('users', summary.users, answer.users.length);
  check('rows.used', summary.rows.used, answer.rows.used);
  check('rows.duplicate', summary.rows.duplicate, answer.rows.duplicate);
  check('rows.filtered', summary.rows.filtered ?? 0, answer.rows.filtered);
  check('rows.before_since', summary.rows.before_since ?? 0, answer.rows.beforeSince);
  const { total, ...parts } = summary.rows;
  check(
    'rows.total',
    total,
    Object.values(parts).reduce((count, part) => count + part, 0),
  );
  check('rows.after_as_of', summary.rows.after_as_of, answer.rows.afterAsOf);
  check('history_days', summary.history_days, answer.historyDays);
  check('paused_days', summary.paused_days, answer.pausedDays);
  check('period', summary.period, answer.period);
  check('value_total', summary.value_total, answer.valueTotal);
  for (const key of ['p50', 'p75', 'p90', 'users'] as const) {
    check(`population_gaps.${key}`, summary.population_gaps[key], answer.population[key]);
  }
  check('rules_off', summary.rules_off.map((rule) => rule.status).sort(), answer.rulesOff.toSorted());
  if (answer.edges !== null) {
    check('edges.recency_days', exact(summary.edges?.recency_days), edgeTexts(answer.edges.recencyDays, summary.edges?.recency_days));
    check('edges.frequency', exact(summary.edges?.frequency), edgeTexts(answer.edges.frequency, summary.edges?.frequency));
    check('edges.monetary', exact(summary.edges?.monetary), edgeTexts(answer.edges.monetary, summary.edges?.monetary));
  }
  const further = Object.keys(summary.segmentations).filter((name) => name === 'engagement' || name.startsWith('property:'));
  check('segmentations', Object.keys(summary.segmentations).sort(), [...Object.keys(SEGMENTATIONS), ...further].sort());
  const allRevenue = sum(answer.revenue.values());
  for (const [segmentation, column] of Object.entries(SEGMENTATIONS)) {
    const sizes = Object.entries(summary.segmentations[segmentation] ?? {}).filter(
      (entry): entry is [string, Size] => typeof entry[1] === 'object',
    );
    for (const user of answer.users) {
      const segment = user[column];
      if (segment !== '' && !sizes.some(([name]) => name === segment)) differences.push(`${segmentation}.${segment} is not listed`);
    }
    for (const [segment, size] of sizes) {
      const members = answer.users.filter((user) => user[column] === segment);
      const revenue = sum(members.map((user) => answer.revenue.get(user.user_id) ?? ZERO));
      const name = `${segmentation}.${segment}`;
      check(name, size.users, members.length);
      check(`${name}.revenue`, size.revenue, revenue.toExactText(2));
      checkShare(`${name}.share`, size.share, Fraction.of(members.length, answer.users.length));
      checkShare(`${name}.revenue_share`, size.revenue_share, allRevenue.equals(ZERO) ? ZERO : revenue.over(allRevenue));
    }
  }
  check('rfm.basis', summary.segmentations.rfm?.basis, answer.basis);
  if (differences.length > 0) throw new Error(explain(differences, answer));
}

function sum(values: Iterable<Fraction>): Fraction {
  return [...values].reduce((total, value) => total.plus(value), ZERO);
}

/** Decimal texts without trailing zeros, so that 12 and 12.00 are one number. */
function exact(decimals: readonly string[] | null | undefined): string[] | null {
  return texts(decimals?.map((decimal) => Fraction.parse(decimal)));
}

/** Edges as they should stand in the summary: exact, or where no decimal text is, rounded half up to the decimals that stand there. */
function edgeTexts(wanted: readonly Fraction[] | null, found: readonly string[] | null | undefined): string[] | null {
  return texts(
    wanted?.map((edge, index) => {
      if (10n ** 40n % edge.denominator === 0n) return edge;
      const decimals = found?.[index]?.split('.')[1]?.length ?? 0;
      return decimals < 2 ? undefined : edge.roundedHalfUp(decimals);
    }),
  );
}

function texts(values: readonly (Fraction | undefined)[] | null | undefined): string[] | null {
  return values?.map((value) => value?.toExactText(0) ?? 'no number') ?? null;
}

function explain(differences: string[], answer: OracleAnswer): string {
  const { p50, p75, p90, users } = answer.population;
  const world = `as of ${answer.asOf}, ${answer.users.length} users, gaps ${p50}/${p75}/${p90} over ${users} users, ${answer.basis}`;
  const more = differences.length > SHOWN ? [`and ${differences.length - SHOWN} more`] : [];
  return [`${differences.length} differences to the oracle (${world})`, ...differences.slice(0, SHOWN), ...more].join('\n  ');
}
