import type { Database } from '../engine/database.js';
import { RFM_METRICS, type RfmMetric, type RfmModel, scoresOf } from '../segmentation/rfm/rfm-model.js';
import { sql } from '../sql/sql.js';
import type { FrozenScale } from './member-relations.js';

/** The scale that `members` was built with, for building it with the same one again; undefined when nobody was scored. */
export async function readScale(database: Database, model: RfmModel): Promise<FrozenScale | undefined> {
  const [gaps] = await database.rows<FrozenScale['gaps']>(sql`select p50, p75, p90, gap_users as users from population_gaps`);
  const [row] = await database.rows<Record<string, number | string | null>>(sql`select * from rfm_edges`);
  if (gaps === undefined || row === undefined) return undefined;
  const edges = (metric: RfmMetric): bigint[] | null => {
    const numbers = scoresOf(model, metric).slice(0, -1);
    const values = numbers.map((number) => row[`${metric}_edge_${number}`] ?? null);
    return values.includes(null) ? null : values.map((value) => BigInt(String(value)));
  };
  const [recency = null, frequency = null, monetary = null] = RFM_METRICS.map(edges);
  if (recency === null || frequency === null) return undefined;
  return {
    gaps,
    edges: { recency, frequency, monetary },
    isFrequencySplit: false,
  };
}
