import type { StateVerification } from '../state/runs-result.js';
import { verifyState } from '../state/verify-state.js';
import type { RunsQuestion } from './asked-runs.js';

/** Everything that is not as it was written. Errors: those of `verifyState`. */
export function verifyRuns({ io, settings }: RunsQuestion): Promise<StateVerification> {
  return verifyState(settings.state, { shown: settings.out }, io.cwd);
}
