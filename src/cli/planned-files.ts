import { daysInName } from '../input/days-in-name.js';
import { type DaySpan, partitionDays } from '../input/partition-days.js';
import { type InputFile, partitionValuesOf } from '../input/sources.js';
import type { InputPlan } from '../state/event-store.js';
import type { DaysSource, FileState, PlannedFile } from '../state/run-plan.js';
import type { StoredInput } from '../state/state-pointer.js';
import type { InputState } from './nightly-inputs.js';

export interface FilesToPlan {
  readonly found: readonly InputFile[];
  readonly ledger: readonly StoredInput[];
  readonly inputs: Pick<InputState, 'plan' | 'seen' | 'isReadOtherwise'>;
}

/** Every file of tonight and every one that is gone, by path: how it stands to what is kept, and which days it reaches into. */
export function planFiles({ found, ledger, inputs }: FilesToPlan): PlannedFile[] {
  const { plan, seen } = inputs;
  const loaded = new Set(plan.fresh.map(({ path }) => path));
  const folders = partitionDays(found.map(partitionValuesOf));
  const files: (PlannedFile & { readonly path: string })[] = [];
  for (const [index, file] of found.entries()) {
    const sameAs = seen.same.find(({ name }) => name === file.name)?.as ?? null;
    const isLoaded = loaded.has(file.path);
    const earlier = ledger.filter(({ path }) => path === file.path);
    const spans: [DaysSource, DaySpan | undefined][] = [
      ['folder', folders[index]],
      ['name', daysInName(file.name.slice(Math.max(file.name.lastIndexOf('/'), file.name.lastIndexOf('\\')) + 1))],
      ['kept', isLoaded ? keptDays(earlier) : undefined],
    ];
    const { path, name, size } = file;
    const seenState = sameAs === null ? stateOf(file, ledger, seen) : 'same';
    const isDamaged = isLoaded && !inputs.isReadOtherwise && (seenState === 'known' || seenState === 'touched');
    const state = isDamaged ? 'damaged' : seenState;
    files.push({ path, name, size, state, isLoaded, sameAs, days: isLoaded ? joined(spans) : null });
  }
  const gone = new Map(seen.gone.map((input) => [input.path, input]));
  for (const { path, name, size, member } of gone.values()) {
    const shown = member === null ? name : name.slice(0, name.length - member.length - 1);
    files.push({ path, name: shown, size, state: 'gone', isLoaded: false, sameAs: null, days: null });
  }
  return files.sort((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path))).map(({ path: _, ...file }) => file);
}

function stateOf(file: InputFile, ledger: readonly StoredInput[], { changed, fresh }: InputPlan): FileState {
  if (changed.includes(file.name)) return 'changed';
  if (fresh.includes(file)) return 'new';
  const isUntouched = ledger.some(
    ({ path, size, modifiedMs }) => path === file.path && size === file.size && modifiedMs === file.modifiedMs,
  );
  return isUntouched ? 'known' : 'touched';
}

/** The days of the events that are kept of earlier versions of a file, where there are any. */
function keptDays(earlier: readonly StoredInput[]): DaySpan | undefined {
  return hull(earlier.flatMap(({ firstDay: first, lastDay: last }) => (first === null || last === null ? [] : [{ first, last }])));
}

function joined(spans: readonly (readonly [DaysSource, DaySpan | undefined])[]): PlannedFile['days'] {
  const known = spans.flatMap(([by, span]) => (span === undefined ? [] : [{ by, span }]));
  const all = hull(known.map(({ span }) => span));
  return all === undefined ? null : { ...all, by: known.map(({ by }) => by) };
}

function hull(spans: readonly DaySpan[]): DaySpan | undefined {
  if (spans.length === 0) return undefined;
  return { first: Math.min(...spans.map(({ first }) => first)), last: Math.max(...spans.map(({ last }) => last)) };
}
