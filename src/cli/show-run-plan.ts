import type { Settings } from '../config/settings.js';
import { RUN_PLAN_REPORTERS } from '../report/reporters/index.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { planRun } from './plan-run.js';
import { presentWarnings } from './present-warnings.js';

/** Shows what the nightly job would do. Fails as `planRun`. */
export async function showRunPlan(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const { plan, warnings } = await planRun(io, settings, command);
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
    isVerbose: settings.verbose,
  };
  if (settings.json) io.stdout.write(RUN_PLAN_REPORTERS.json.render(plan, options));
  else if (!settings.quiet) io.stdout.write(RUN_PLAN_REPORTERS.terminal.render(plan, options));
  io.stderr.write(presentWarnings(warnings));
}
