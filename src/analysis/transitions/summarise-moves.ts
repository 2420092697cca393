import type { Database } from '../../engine/database.js';
import { parseOwn } from '../../segmentation/rules/own-name.js';
import { STATUSES } from '../../segmentation/status/status.js';
import { sql } from '../../sql/sql.js';
import { mcnemarTest, stuartMaxwell } from '../../statistics/paired.js';
import { flowsQuery } from './pairs-query.js';
import type { Cause, Change, Flow, Rate, TransitionsResult } from './transitions-result.js';

export interface MovesOf {
  readonly segmentation: string;
  readonly segments: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** Sums up the table `moves`. */
export async function summariseMoves(database: Database, { segmentation, segments, from, to }: MovesOf): Promise<TransitionsResult> {
  const flows = await database.rows<Flow>(flowsQuery(sql`moves`));
  const causes = await database.rows<{ cause: Cause; users: number }>(sql`
    select cause,
           count(*) as users
    from moves
    where cause is not null
    group by cause
    order by cause`);
  const users = (is: (flow: Flow) => boolean): number => flows.reduce((sum, flow) => sum + (is(flow) ? flow.users : 0), 0);
  const ofChange = (change: Change): number => users((flow) => flow.change === change);
  const ofCause = (cause: Cause): number => causes.find((row) => row.cause === cause)?.users ?? 0;
  const both = flows.filter(({ change }) => change === 'moved' || change === 'stayed');
  const hasNone = both.some((flow) => flow.from === null || flow.to === null);
  const all = hasNone ? [...segments, null] : segments;
  const cell = (row: string | null, column: string | null): number =>
    both.reduce((sum, flow) => sum + (flow.from === row && flow.to === column ? flow.users : 0), 0);
  const whole = stuartMaxwell(all.map((row) => all.map((column) => cell(row, column))));
  return {
    segmentation,
    from,
    to,
    usersBefore: users(({ change }) => change !== 'entered'),
    usersAfter: users(({ change }) => change !== 'left'),
    changes: { entered: ofChange('entered'), left: ofChange('left'), moved: ofChange('moved'), stayed: ofChange('stayed') },
    causes: { user: ofCause('user'), late_data: ofCause('late_data'), threshold: ofCause('threshold'), rule: ofCause('rule') },
    segments: all,
    flows,
    rates: await ratesOf(database, segmentation, flows),
    tests: {
      segments: segments.map((segment) => {
        const left = both.reduce((sum, flow) => sum + (flow.from === segment && flow.to !== segment ? flow.users : 0), 0);
        const entered = both.reduce((sum, flow) => sum + (flow.to === segment && flow.from !== segment ? flow.users : 0), 0);
        return { segment, left, entered, p: mcnemarTest(left, entered).p };
      }),
      whole: whole ?? null,
    },
  };
}

async function ratesOf(database: Database, segmentation: string, flows: readonly Flow[]): Promise<Rate[]> {
  if (segmentation === 'rfm') return rfmRates(database);
  if (segmentation === 'status') return statusRates(flows);
  const own = parseOwn(segmentation);
  return own === undefined ? [] : ownRates(flows, own);
}

const ENGAGED: readonly string[] = STATUSES.filter(({ group }) => group === 'engaged').map(({ name }) => name);
const KEPT = ['active', 'loyal'];
const LOST = ['dormant', 'churned'];

interface RateInfo {
  readonly name: string;
  readonly meaning: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

const STATUS_RATES: readonly RateInfo[] = [
  { name: 'saved', meaning: 'at_risk → active or loyal', from: ['at_risk'], to: KEPT },
  { name: 'reactivated', meaning: 'dormant or churned → engaged', from: LOST, to: ENGAGED },
  { name: 'lost', meaning: 'engaged or at_risk → dormant or churned', from: [...ENGAGED, 'at_risk'], to: LOST },
  { name: 'activated', meaning: 'new → active or loyal', from: ['new'], to: KEPT },
];

/** Of those in the earlier population, also of those who left it since: they did not become what the rate counts. */
function statusRates(flows: readonly Flow[]): Rate[] {
  const count = (from: readonly string[], to: readonly string[] | null): number =>
    flows.reduce((sum, flow) => {
      const isOf = flow.change !== 'entered' && flow.from !== null && from.includes(flow.from);
      return isOf && (to === null || (flow.to !== null && to.includes(flow.to))) ? sum + flow.users : sum;
    }, 0);
  return STATUS_RATES.map(({ name, meaning, from, to }) => ({ name, meaning, hits: count(from, to), of: count(from, null) }));
}

/** Of those in the earlier population, also of those who left it since. */
function ownRates(flows: readonly Flow[], segment: string): Rate[] {
  const count = (is: (flow: Flow) => boolean): number => flows.reduce((sum, flow) => (is(flow) ? sum + flow.users : sum), 0);
  const wasIn = ({ from }: Flow): boolean => from === segment;
  const wasOut = ({ change, from }: Flow): boolean => change !== 'entered' && from === null;
  const isIn = ({ to }: Flow): boolean => to === segment;
  return [
    { name: 'kept', meaning: `in ${segment} before and now`, hits: count((flow) => wasIn(flow) && isIn(flow)), of: count(wasIn) },
    {
      name: 'joined',
      meaning: `not in ${segment} before, in it now`,
      hits: count((flow) => wasOut(flow) && isIn(flow)),
      of: count(wasOut),
    },
  ];
}

/** Of those whom RFM scored at the earlier date. */
async function rfmRates(database: Database): Promise<Rate[]> {
  const [row] = await database.rows<{ up: number; down: number; scored: number }>(sql`
    select count(*) filter (where direction = 'up') as up,
           count(*) filter (where direction = 'down') as down,
           count(*) as scored
    from moves
    where from_segment not in ('lost', 'prospects')`);
  const { up, down, scored } = row ?? { up: 0, down: 0, scored: 0 };
  return [
    { name: 'upgraded', meaning: 'a higher sum of recency and frequency score', hits: up, of: scored },
    { name: 'downgraded', meaning: 'a lower one, or no longer scored', hits: down, of: scored },
  ];
}
