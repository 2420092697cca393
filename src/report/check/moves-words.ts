import type { Finding, MovedUser, MovesSince, SegmentationMoves } from '../../analysis/check/check-result.js';
import type { Flow } from '../../analysis/transitions/transitions-result.js';
import { formatCount, formatCounted, formatDate } from '../format.js';

const SHOWN_FLOWS = 3;
const STATUS = 'status';

/** The largest flows that explain why a segment is smaller, or larger, than it may be; for the whole population, who left or entered it. */
export function flowsOf({ subject, seen, expected, level }: Finding, moves: MovesSince | null): readonly Flow[] {
  if (moves === null || level === 'holds') return [];
  const isSmaller = expected.low !== null && seen < expected.low;
  const of = subject.segment?.segmentation ?? (subject.kind === 'users' ? STATUS : undefined);
  const flows = moves.segmentations.find(({ segmentation }) => segmentation === of)?.flows ?? [];
  const segment = subject.segment?.segment;
  const explains = ({ change, from, to }: Flow): boolean => {
    if (isSmaller) return change !== 'entered' && (segment === undefined ? change === 'left' : from === segment);
    return change !== 'left' && (segment === undefined ? change === 'entered' : to === segment);
  };
  return flows.filter(explains).slice(0, SHOWN_FLOWS);
}

/** "since 29 June 2026: 290 at_risk → dormant, 12 at_risk → churned"; nothing where nobody moved. */
export function describeFlowsOf(finding: Finding, moves: MovesSince | null): string {
  const flows = flowsOf(finding, moves);
  return moves === null || flows.length === 0 ? '' : `${sinceWords(moves)}: ${flows.map(describeFlow).join(', ')}`;
}

/** What the earlier membership shows, a sentence a text: of an edit for every segmentation, otherwise of the status alone. */
export function describeMoves(moves: MovesSince): string[] {
  const isEdit = moves.by === 'definitions' || moves.by === 'nothing';
  return isEdit ? describeEdit(moves) : describeTime(moves);
}

/** "u0042: at_risk (overdue: idle_days 20, …) → dormant (idle_days 20 > …)". */
export function describeSample({ userId, change, from, to, ruleBefore, ruleAfter }: MovedUser): string {
  const end = (segment: string | null, rule: string | null): string => `${segment ?? 'in none'}${rule === null ? '' : ` (${rule})`}`;
  const before = change === 'entered' ? 'not counted' : end(from, ruleBefore);
  return `${userId}: ${before} → ${change === 'left' ? 'no longer counted' : end(to, ruleAfter)}`;
}

function describeEdit({ by, directory, segmentations }: MovesSince): string[] {
  const moved = segmentations.filter((one) => one.moved > 0);
  const [first] = segmentations;
  const population = first === undefined ? [] : describePopulation(first);
  const what = by === 'definitions' ? 'This edit' : `No setting differs from ${directory}, and it`;
  if (moved.length === 0 && population.length === 0)
    return [by === 'definitions' ? 'This edit moves nobody.' : `${directory} is of the same run: nobody moves.`];
  const words = moved.map(({ segmentation, moved: users, flows }, index) => {
    const place = segmentation === STATUS ? '' : ` in ${segmentation}`;
    return `${index === 0 ? what : 'It also'} moves ${formatCounted(users, 'user')}${place}: ${describeLargest(flows.filter(({ change }) => change === 'moved'))}.`;
  });
  return [...words, ...population.map((text) => (moved.length === 0 ? `${what} ${text}` : `It ${text}`))];
}

function describePopulation({ entered, left }: SegmentationMoves): string[] {
  return [
    ...(left === 0 ? [] : [`leaves out ${formatCounted(left, 'user')} who were counted.`]),
    ...(entered === 0 ? [] : [`counts ${formatCounted(entered, 'user')} who were not.`]),
  ];
}

function describeTime(moves: MovesSince): string[] {
  const status = moves.segmentations.find(({ segmentation }) => segmentation === STATUS);
  if (status === undefined) return [];
  const { moved, entered, left, flows } = status;
  const largest = flows.length === 0 ? '' : `: ${describeLargest(flows)}`;
  const words = `${capital(sinceWords(moves))} ${formatCounted(moved, 'user')} changed status, ${formatCount(entered)} entered and ${formatCount(left)} left${largest}.`;
  const both = moves.definitionChanges.length > 0 ? ['Definitions differ as well, so that not all of them moved by themselves.'] : [];
  return [words, ...both];
}

function describeLargest(flows: readonly Flow[]): string {
  const rest = flows.slice(SHOWN_FLOWS);
  const users = rest.reduce((sum, flow) => sum + flow.users, 0);
  const more = rest.length === 0 ? '' : `, and ${formatCount(users)} in ${formatCounted(rest.length, 'smaller move')}`;
  return `${flows.slice(0, SHOWN_FLOWS).map(describeFlow).join(', ')}${more}`;
}

function describeFlow({ change, from, to, users }: Flow): string {
  return `${formatCount(users)} ${change === 'entered' ? 'entered' : (from ?? 'in none')} → ${change === 'left' ? 'left' : (to ?? 'in none')}`;
}

function sinceWords({ by, asOf, directory }: MovesSince): string {
  if (by === 'time') return `since ${formatDate(asOf)}`;
  return by === 'definitions' ? 'by this edit' : `against ${directory} of the same date`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
