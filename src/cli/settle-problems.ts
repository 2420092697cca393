import type { Problem } from '../analysis/inspect/inspect-result.js';
import type { Answer } from '../errors/messages.js';
import { SegmentError } from '../errors/segment-error.js';
import { shellWord } from '../errors/shell-word.js';
import type { Flags } from './read-settings.js';

export interface Settled<T> {
  /** Undefined when a problem is left that no option settles. */
  readonly value: T | undefined;
  /** What was typed, and the options that settled what stood in the way. */
  readonly flags: Flags;
  readonly problems: readonly Problem[];
}

/** More problems than one input has. */
const MOST_PROBLEMS = 16;

/**
 * Tries something that may fail by what stands in the files. Where the error names an option that settles it, that option is taken for
 * granted and it is tried again. Errors that no file is to blame for stay errors.
 */
export async function settleProblems<T>(flags: Flags, attempt: (flags: Flags) => Promise<T>): Promise<Settled<T>> {
  const problems: Problem[] = [];
  let given = flags;
  for (;;) {
    try {
      return { value: await attempt(given), flags: given, problems };
    } catch (error) {
      if (!(error instanceof SegmentError) || error.kind !== 'input') throw error;
      const answers =
        problems.length < MOST_PROBLEMS ? error.settledBy.filter((answer) => given[attributeOf(answer)] !== answer.value) : [];
      problems.push({
        severity: 'error',
        code: error.code,
        message: error.message,
        hint: error.hint ?? null,
        assumed: answers.map(({ flag, value }) => `${flag} ${shellWord(value)}`),
      });
      if (answers.length === 0) return { value: undefined, flags: given, problems };
      given = withAnswers(given, answers);
    }
  }
}

function withAnswers(flags: Flags, answers: readonly Answer[]): Flags {
  const { strict, ...others } = flags;
  const isBounded = answers.some(({ flag }) => flag === '--max-rejects');
  return {
    ...others,
    ...(strict === undefined || isBounded ? {} : { strict }),
    ...Object.fromEntries(answers.map((answer) => [attributeOf(answer), answer.value])),
  };
}

/** The name under which commander keeps the option. */
function attributeOf({ flag }: Answer): string {
  return flag.replace(/^--/, '').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
