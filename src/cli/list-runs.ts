import { join, resolve } from 'node:path';
import type { Settings } from '../config/settings.js';
import { SegmentError } from '../errors/segment-error.js';
import { CONTAINER, findInputs } from '../input/sources.js';
import { OWN_SEGMENTATION } from '../segmentation/rules/rule.js';
import { planInputs } from '../state/event-store.js';
import { currentSet, SETS_NAME } from '../state/published-sets.js';
import type { HealthNote, PendingInput, RunsList, SizeLine } from '../state/runs-result.js';
import { bytesOf, type StateSurvey, type SurveyedRun, sizesOfSummary, surveyState } from '../state/survey-state.js';
import { dayNumber, isoOfDay } from '../time/day.js';
import { dayInZone } from '../time/zone-offsets.js';
import type { RunsQuestion } from './asked-runs.js';
import { listedRun } from './listed-run.js';
import { sinceDay } from './since.js';

/** Places of a line of sizes. */
const PLACES = 60;
const MS = 1000;
const DAY_MS = 86_400 * MS;
/** Where no setting says how old the newest run may be: a night that was left out is seen. */
const USUAL_AGE_DAYS = 2;

/** The history as it stands. Errors: those of `surveyState`. */
export async function listRuns({ io, settings, nightly }: RunsQuestion): Promise<RunsList> {
  const survey = await surveyState(settings.state, io.cwd);
  const { pending, problem } = await pendingInputs(survey, nightly, io.cwd, io.now().getTime());
  const setsDirectory = resolve(io.cwd, settings.out);
  return {
    kind: 'list',
    state: settings.state,
    published: survey.pointer.published,
    runs: survey.runs.map(listedRun),
    sizes: sizesOverTime(survey.runs),
    pending,
    pendingProblem: problem,
    health: healthOf(survey, { now: io.now(), nightly, out: settings.out, current: currentSet(setsDirectory) }),
    bytes: { ...survey.bytes, sets: bytesOf(join(setsDirectory, SETS_NAME)) },
  };
}

/** What the next run would find. */
async function pendingInputs(
  { pointer }: StateSurvey,
  nightly: Settings,
  cwd: string,
  now: number,
): Promise<{ readonly pending: readonly PendingInput[] | null; readonly problem: string | null }> {
  if (nightly.inputs.length === 0) return { pending: null, problem: 'no inputs are named in segment.yaml' };
  try {
    const { files, skippedPaths } = await findInputs(nightly.inputs, cwd, sinceDay(nightly));
    const plan = await planInputs(
      files.filter(({ format }) => format !== CONTAINER.stdin),
      pointer.inputs,
      { now, skippedPaths },
    );
    const fresh = plan.fresh.map(({ name }) => ({ name, change: plan.changed.includes(name) ? 'changed' : 'new' }) as const);
    return { pending: [...fresh, ...plan.gone.map(({ name }) => ({ name, change: 'gone' }) as const)], problem: null };
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    return { pending: null, problem: error.message.replace(/\.$/, '') };
  }
}

/** Sizes of statuses and own segments, a place for each of the usual distances between runs. */
function sizesOverTime(runs: readonly SurveyedRun[]): RunsList['sizes'] {
  const sized = runs.flatMap(({ run, summary }) => {
    const sizes = sizesOfSummary(summary);
    return Object.keys(sizes).length === 0 ? [] : [{ day: dayNumber(run.asOf), sizes }];
  });
  const last = sized.at(-1);
  if (last === undefined) return null;
  const stepDays = usualStep(sized.map(({ day }) => day));
  const firstDay = Math.max(sized[0]?.day ?? 0, last.day - stepDays * (PLACES - 1));
  const places = Math.floor((last.day - firstDay) / stepDays) + 1;
  // Counted from the end, so that the newest run has the last place.
  const placeOf = (day: number): number => places - 1 - Math.floor((last.day - day) / stepDays);
  const line = (segmentation: string, segment: string): SizeLine => {
    const users: (number | null)[] = Array.from({ length: places }, () => null);
    for (const { day, sizes } of sized) {
      const place = placeOf(day);
      if (place >= 0) users[place] = sizes[segmentation]?.[segment] ?? null;
    }
    return { segmentation, segment, users };
  };
  const lines = ['status', OWN_SEGMENTATION].flatMap((segmentation) =>
    Object.keys(last.sizes[segmentation] ?? {}).map((segment) => line(segmentation, segment)),
  );
  return { stepDays, first: isoOfDay(last.day - stepDays * (places - 1)), last: isoOfDay(last.day), lines };
}

/** The middle distance between dates that follow each other, in days. */
function usualStep(days: readonly number[]): number {
  const steps = days
    .slice(1)
    .map((day, index) => day - (days[index] ?? day))
    .filter((step) => step > 0)
    .sort((left, right) => left - right);
  return steps[Math.floor((steps.length - 1) / 2)] ?? 1;
}

function healthOf(
  survey: StateSurvey,
  {
    now,
    nightly,
    out,
    current,
  }: { readonly now: Date; readonly nightly: Settings; readonly out: string; readonly current: string | undefined },
): HealthNote[] {
  const { found, pointer, runs, lock, orphans, missingInputs } = survey;
  const problem = (text: string): HealthNote => ({ level: 'problem', text });
  const note = (text: string): HealthNote => ({ level: 'note', text });
  const isRunning = lock?.holder === 'alive' || lock?.holder === 'elsewhere';
  return [
    ...('problem' in found
      ? [problem(`${found.path} is damaged (${found.problem}), and no run that is whole says what it was`)]
      : found.repairs.map((repair) => problem(`${repair} (the next run puts it right)`))),
    ...runs.flatMap(({ run, problem: what }) => (what === null ? [] : [problem(`run ${run.id} is damaged: ${what}`)])),
    ...missingInputs.map((name) => problem(`the kept events of ${name} are gone`)),
    ...publishedNotes(pointer.published, current, out, isRunning).map(problem),
    ...ageNotes(survey, now, nightly).map(problem),
    ...lockNotes(lock).map(({ isProblem, text }) => (isProblem ? problem(text) : note(text))),
    ...(isRunning ? [] : orphans.map(({ name }) => note(`${name} is of no run of the history: the next run removes it`))),
  ];
}

function publishedNotes(published: string | null, current: string | undefined, out: string, isRunning: boolean): string[] {
  if (published === null || current === published || isRunning) return [];
  return [
    `${out}/current leads ${current === undefined ? 'nowhere' : `to run ${current}`}, and run ${published} is the published one: the next run puts it right`,
  ];
}

/** By the clock: a job that does not run says nothing by itself. */
function ageNotes({ pointer, runs }: StateSurvey, now: Date, { maxAge, timezone }: Settings): string[] {
  const newest = runs.at(-1)?.run;
  const begun = pointer.runs.map(({ at }) => Date.parse(at)).reduce((latest, at) => Math.max(latest, at), 0);
  if (newest === undefined) return [];
  const idleDays = Math.floor((now.getTime() - begun) / DAY_MS);
  const ageDays = dayInZone(now, timezone) - dayNumber(newest.asOf);
  return [
    ...(idleDays >= USUAL_AGE_DAYS ? [`the last run began ${idleDays} days ago`] : []),
    ...(maxAge !== undefined && ageDays > maxAge
      ? [`the newest run is as of ${newest.asOf}, ${ageDays} days ago, and max_age is ${maxAge}`]
      : []),
  ];
}

function lockNotes(lock: StateSurvey['lock']): { readonly isProblem: boolean; readonly text: string }[] {
  switch (lock?.holder) {
    case 'alive':
      return [{ isProblem: false, text: `a run is going on (process ${lock.pid})` }];
    case 'elsewhere':
      return [{ isProblem: false, text: `a run on ${lock.host} is going on, or broke off there (process ${lock.pid})` }];
    case 'dead':
      return [{ isProblem: false, text: `a run broke off and left its lock (process ${lock.pid}): the next one takes it over` }];
    case 'unreadable':
      return [{ isProblem: true, text: 'the lock is none of ours: no run can begin until it is deleted' }];
    default:
      return [];
  }
}
