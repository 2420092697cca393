/*
 * npm run bench -- [--events 1000000] [--rounds 3] [--only NAME,…] [--full] [--data DIR] [--python python3] [--json FILE]
 *
 * Measures whole processes of the built program (npm run build) beside a bare scan, a hand-written script and peers, in
 * alternating rounds over data of `segment demo`. It tells numbers and judges none. The numbers of the README are of
 * 10,000,000 events; --full adds a file of 50,000,000 for the run with little memory.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCH_GOALS, type BenchCase, benchCases, emptyFolder } from './bench-cases.js';
import { type BenchData, makeBenchData } from './bench-data.js';
import { type CaseRuns, machineFacts, renderBench } from './bench-report.js';
import { measure, type Usage } from './measure.js';

const { values: flags } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    data: { type: 'string', default: join(tmpdir(), 'segment-bench') },
    python: { type: 'string', default: 'python3' },
    json: { type: 'string' },
  },
});

if (!existsSync(new URL('../../dist/cli/main.js', import.meta.url))) throw new Error('segment is not built: npm run build');
const events = wholeNumber('events', flags.events);
const roundCount = wholeNumber('rounds', flags.rounds);
const data = await makeBenchData(flags.data, events, flags.full, tell);
const cases = chosenCases(benchCases(data, flags.python), flags.only);
const runFolder = join(data.folder, `run-${process.pid}`);
const machine = machineFacts();
try {
  const runs = await measureCases(cases, roundCount, runFolder);
  checkSameFiles(cases, runFolder);
  process.stdout.write(renderBench(runs, BENCH_GOALS, machine, dataFacts(data)));
  if (flags.json !== undefined)
    writeFileSync(flags.json, `${JSON.stringify({ machine, data: dataFacts(data), runs: rawRuns(runs) }, undefined, 2)}\n`);
} finally {
  rmSync(runFolder, { recursive: true, force: true });
}

/** Every case once a round, one after the other; the first round only fills the caches. */
async function measureCases(benches: readonly BenchCase[], count: number, folder: string): Promise<CaseRuns[]> {
  for (const { prepare } of benches) await prepare?.();
  const measured = new Map<BenchCase, Usage[][]>(benches.map((bench) => [bench, []]));
  for (let round = 0; round <= count; round += 1) {
    for (const bench of benches) {
      if (bench.missing !== undefined || (bench.isSlow === true && round !== 1)) continue;
      const usages: Usage[] = [];
      const repeats = round === 0 ? 1 : (bench.repeats ?? 1);
      while (usages.length < repeats) {
        const program = bench.program(emptyFolder(join(folder, bench.name)));
        usages.push(await measure(program, join(folder, 'usage.json')));
      }
      const [last] = usages.slice(-1);
      tell(
        `${round === 0 ? 'warm-up' : `round ${round}`} ${bench.name}: ${last?.cpuSeconds.toFixed(2)} CPU s, ${last?.wallSeconds.toFixed(2)} s`,
      );
      if (round > 0) measured.get(bench)?.push(usages);
    }
  }
  return [...measured].map(([bench, rounds]) => ({ bench, rounds }));
}

/** A comparison of different work would be worth nothing: what the hand-written script wrote, classify wrote byte for byte. */
function checkSameFiles(benches: readonly BenchCase[], folder: string): void {
  for (const [hand, classify] of [
    ['hand', 'classify-csv'],
    ['hand-parquet', 'classify-parquet'],
    ['hand-segments', 'own-segments'],
  ] as const) {
    if (![hand, classify].every((name) => benches.some((bench) => bench.name === name))) continue;
    const [left, right] = [join(folder, hand), join(folder, classify, 'segments')];
    for (const name of readdirSync(left, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.csv'))) {
      if (!readFileSync(join(left, name)).equals(readFileSync(join(right, name))))
        throw new Error(`${hand} and ${classify} differ in ${name}`);
    }
  }
}

function chosenCases(all: readonly BenchCase[], only: string | undefined): readonly BenchCase[] {
  if (only === undefined) return all;
  return only.split(',').map((name) => {
    const found = all.find((bench) => bench.name === name);
    if (found === undefined) throw new Error(`--only ${name}: no such case; there are ${all.map((bench) => bench.name).join(', ')}`);
    return found;
  });
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} ${value}: a whole number from 1 on`);
  return number;
}

function dataFacts({ csv, parquet, largest }: BenchData): string {
  const size = (path: string): string => `${(statSync(path).size / 1e6).toFixed(0)} MB`;
  const more = largest === parquet ? '' : `, largest Parquet ${size(largest)}`;
  return `About ${events.toLocaleString('en')} events: CSV ${size(csv)}, Parquet ${size(parquet)}${more}.`;
}

function rawRuns(runs: readonly CaseRuns[]): Record<string, unknown> {
  return Object.fromEntries(
    runs.map(({ bench, rounds }) => [bench.name, bench.missing === undefined ? rounds : { notRun: bench.missing }]),
  );
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
