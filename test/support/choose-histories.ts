import fc from 'fast-check';
import { classify } from '../oracle/oracle.js';
import { readEvents } from '../oracle/read-events.js';
import { CHOSEN } from './chosen-histories.js';
import { provenByOracle } from './compare-proof.js';
import { featuresOf, pausedFeaturesOf, settingFeaturesOf } from './history-features.js';
import { type HistoryKind, type RandomHistory, randomHistory } from './random-history.js';
import { WANTED_EDGES, WANTED_PAUSED, WANTED_PROVEN, WANTED_SEGMENTS } from './wanted-features.js';

// Prints the seeds for chosen-histories.ts, found with the oracle alone; for when histories are drawn otherwise than before.

/** Seeds of each kind that are looked at. */
const SEEDS = 1000;
/** Each feature is wanted so many times, in histories with pauses and in those without, and in each kind of them. */
const TIMES = 3;

const plain = new Set([...WANTED_SEGMENTS, ...WANTED_EDGES, ...WANTED_PROVEN]);
const paused = new Set(WANTED_PAUSED);
const met = new Map<string, number>();

function drawn(kind: HistoryKind, seed: number): RandomHistory | undefined {
  let history: RandomHistory | undefined;
  const keep = (one: RandomHistory): void => {
    history = one;
  };
  fc.assert(fc.property(randomHistory(kind), keep), { seed, numRuns: 1 });
  return history;
}

function featuresOfSeed(kind: HistoryKind, seed: number): string[] {
  const history = drawn(kind, seed);
  if (history === undefined) return [];
  const { csv, columns, settings } = history;
  const events = readEvents(csv, columns, settings.timezone);
  const answer = classify(events, settings);
  const own = kind.endsWith(', paused')
    ? [...pausedFeaturesOf(answer, events, settings)].filter((name) => paused.has(name))
    : [...featuresOf(answer, events, settings), ...provenByOracle(answer, events, settings)].filter((name) => plain.has(name));
  const group = kind.endsWith(', paused') ? 'paused' : 'plain';
  return [...own, ...settingFeaturesOf(settings, columns)].flatMap((name) => [`${group}: ${name}`, `${kind}, alone: ${name}`]);
}

/** What a history adds: a feature counts the more, the less often it was met. */
function worth(features: readonly string[]): number {
  return features.reduce((sum, name) => sum + Math.max(0, TIMES - (met.get(name) ?? 0)) ** 2, 0);
}

for (const [kind, seeds] of Object.entries(CHOSEN) as [HistoryKind, readonly number[]][]) {
  const left = new Map(Array.from({ length: SEEDS }, (_, index) => [index + 1, featuresOfSeed(kind, index + 1)]));
  const chosen: number[] = [];
  while (chosen.length < seeds.length) {
    const [[seed, features] = [0, []]] = [...left].sort(([, one], [, other]) => worth(other) - worth(one));
    for (const name of features) met.set(name, (met.get(name) ?? 0) + 1);
    left.delete(seed);
    chosen.push(seed);
  }
  const key = /\W/.test(kind) ? `'${kind}'` : kind;
  process.stdout.write(`  ${key}: [${chosen.join(', ')}],\n`);
}
const wanted = [...[...plain].map((name) => `plain: ${name}`), ...[...paused].map((name) => `paused: ${name}`)];
const rare = wanted.filter((name) => (met.get(name) ?? 0) < TIMES).map((name) => `${name} ${met.get(name) ?? 0}`);
process.stdout.write(`met less than ${TIMES} times: ${rare.join(', ') || 'nothing'}\n`);
