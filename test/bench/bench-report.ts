import { cpus, loadavg, totalmem } from 'node:os';
import { version as duckdbVersion } from '@duckdb/node-api';
import type { BenchCase, BenchGoal } from './bench-cases.js';
import type { Usage } from './measure.js';

/** All runs of a case: one list a round. */
export interface CaseRuns {
  readonly bench: BenchCase;
  readonly rounds: readonly (readonly Usage[])[];
}

export interface MachineFacts {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
  readonly duckdb: string;
  /** Of the last minute, when asked. */
  readonly load: number;
}

export function machineFacts(): MachineFacts {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    duckdb: duckdbVersion(),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** The numbers as Markdown: a table of medians, a table of quotients, the machine. */
export function renderBench(runs: readonly CaseRuns[], goals: readonly BenchGoal[], machine: MachineFacts, data: string): string {
  const medians = runs.map(({ bench, rounds }) => {
    if (bench.missing !== undefined) return [bench.name, bench.what, `not run: ${bench.missing}`, '', '', ''];
    const all = rounds.flat();
    const digits = (bench.repeats ?? 1) > 1 ? 3 : 2;
    return [
      bench.name,
      bench.what,
      median(all.map(({ cpuSeconds }) => cpuSeconds)).toFixed(digits),
      median(all.map(({ wallSeconds }) => wallSeconds)).toFixed(digits),
      median(all.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0),
      String(all.length),
    ];
  });
  const quotients = goals.flatMap((goal) => {
    const found = goalRow(goal, runs);
    return found === undefined ? [] : [found];
  });
  const { processor, cores, memoryGigabytes, node, duckdb, load } = machine;
  return [
    table(['case', 'what', 'CPU s', 'wall s', 'peak MB', 'runs'], medians, 2),
    table(['quotient', 'of', 'measured', 'goal'], quotients, 2),
    `Medians of whole processes. ${data}\n${processor}, ${cores} cores, ${memoryGigabytes} GiB; load ${load}; Node ${node}, DuckDB ${duckdb}.\n`,
  ].join('\n');
}

/** The quotient of each round, then their median: what disturbs a round disturbs both sides. */
function goalRow(goal: BenchGoal, runs: readonly CaseRuns[]): string[] | undefined {
  const left = roundsOf(goal.of, runs);
  if (left === undefined) return undefined;
  if ('limitMegabytes' in goal) {
    const peak = Math.max(...left.flat().map(({ peakMegabytes }) => peakMegabytes));
    return [`${goal.of} at ${goal.limitMegabytes} MB`, 'peak MB', peak.toFixed(0), `≤ ${goal.most}`];
  }
  const right = roundsOf(goal.to, runs);
  if (right === undefined) return undefined;
  const middle = (round: readonly Usage[]): number => median(round.map((usage) => usage[goal.by]));
  const less = goal.less === undefined ? undefined : roundsOf(goal.less, runs);
  if (goal.less !== undefined && less === undefined) return undefined;
  const quotients = left.flatMap((round, index) => {
    const [other, taken] = [right[index], less?.[index]];
    if (other === undefined || (less !== undefined && taken === undefined)) return [];
    return [(middle(round) - (taken === undefined ? 0 : middle(taken))) / middle(other)];
  });
  const unit = goal.by === 'cpuSeconds' ? 'CPU' : 'wall';
  const name = goal.less === undefined ? goal.of : `(${goal.of} - ${goal.less})`;
  return [`${name} / ${goal.to}`, unit, median(quotients).toFixed(2), `≤ ${goal.most}`];
}

function roundsOf(name: string, runs: readonly CaseRuns[]): readonly (readonly Usage[])[] | undefined {
  const found = runs.find(({ bench }) => bench.name === name);
  return found === undefined || found.rounds.length === 0 ? undefined : found.rounds;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const [lower = Number.NaN, upper = lower] = sorted.length % 2 === 1 ? [sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (lower + upper) / 2;
}

/** A Markdown table; columns from `firstNumber` on stand to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[], firstNumber: number): string {
  const rule = head.map((_, index) => (index < firstNumber ? '---' : '--:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
