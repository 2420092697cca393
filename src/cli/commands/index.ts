import { backtest } from './backtest.js';
import { check } from './check.js';
import { classify } from './classify.js';
import type { Command } from './command.js';
import { compare } from './compare.js';
import { completion } from './completion.js';
import { config } from './config.js';
import { demo } from './demo.js';
import { explain } from './explain.js';
import { exportCommand } from './export.js';
import { files } from './files.js';
import { init } from './init.js';
import { inspect } from './inspect.js';
import { lint } from './lint.js';
import { list } from './list.js';
import { params } from './params.js';
import { presets } from './presets.js';
import { preview } from './preview.js';
import { profile } from './profile.js';
import { recipes } from './recipes.js';
import { run } from './run.js';
import { runs } from './runs.js';
import { split } from './split.js';
import { sql } from './sql.js';
import { suggest } from './suggest.js';
import { transitions } from './transitions.js';
import { trend } from './trend.js';
import { why } from './why.js';

/** Every command, in help order. */
export const COMMANDS: readonly Command[] = [
  files,
  inspect,
  demo,
  classify,
  list,
  explain,
  sql,
  compare,
  profile,
  transitions,
  trend,
  suggest,
  backtest,
  preview,
  check,
  run,
  runs,
  why,
  split,
  exportCommand,
  lint,
  init,
  config,
  params,
  presets,
  recipes,
  completion,
];
