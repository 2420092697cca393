import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OracleUser } from '../oracle/oracle.js';
import { classifyByCommand } from '../support/classify-both-ways.js';
import { randomHistory } from '../support/random-history.js';

const STATUSES = 'active at_risk churned dormant loyal never_active new occasional reactivated'.split(' ');
const RFM_SEGMENTS =
  'about_to_sleep at_risk_customers cant_lose champions hibernating lost loyal_customers needs_attention new_customers potential_loyalists promising prospects'.split(
    ' ',
  );

const SEGMENTATIONS = [
  { folder: 'status', column: 'status', segments: STATUSES, columns: ['user_id', 'status_reason'] },
  {
    folder: 'rfm',
    column: 'rfm_segment',
    segments: RFM_SEGMENTS,
    columns: ['user_id', 'rfm_score', 'recency_score', 'frequency_score', 'monetary_score'],
  },
] as const;

describe('segments are a partition of the users', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segment-partition-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['any', 'paced'] as const)(
    '%s users: one status, one RFM segment, thresholds in bounds, files that add up',
    async (kind) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(randomHistory(kind), async ({ csv, settings }) => {
          run += 1;
          const file = join(folder, `${kind}-${run}.csv`);
          await writeFile(file, csv);
          const defaults = { ...settings, parameters: {} };
          await classifyByCommand(file, defaults, async (read, out) => {
            const members: OracleUser[] = parse(await read('members.csv'), { columns: true });
            expect(new Set(members.map((member) => member.user_id)).size).toBe(members.length);
            for (const member of members) {
              expect(STATUSES).toContain(member.status);
              expect(RFM_SEGMENTS).toContain(member.rfm_segment);
              if (member.active_days === '0') {
                expect([member.usual_interval_days, member.dormant_after_days, member.churned_after_days]).toEqual(['', '', '']);
                continue;
              }
              expect(Number(member.dormant_after_days)).toBeGreaterThanOrEqual(14);
              // In hundredths, so that the comparison is one of whole numbers.
              expect(2 * hundredths(member.churned_after_days)).toBeGreaterThanOrEqual(3 * hundredths(member.dormant_after_days));
            }
            for (const segmentation of SEGMENTATIONS) {
              const files = (await readdir(join(out, segmentation.folder))).sort();
              expect(files).toEqual(segmentation.segments.map((segment) => `${segment}.csv`));
              for (const segment of segmentation.segments) {
                const [header, ...lines]: string[][] = parse(await read(`${segmentation.folder}/${segment}.csv`));
                expect(header).toEqual(segmentation.columns);
                const wanted = members.filter((member) => member[segmentation.column] === segment);
                expect(lines).toEqual(wanted.map((member) => segmentation.columns.map((column) => member[column])));
              }
            }
          });
        }),
        { seed: 7, numRuns: 10 },
      );
    },
    180_000,
  );
});

function hundredths(text: string): number {
  return Math.round(Number(text) * 100);
}
