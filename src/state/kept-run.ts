import type { CheckResult } from '../analysis/check/check-result.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import type { RunResult } from './run-result.js';

/** Of the folder of a run: what it found, and the settings that it can be made by again. */
export const KEPT_RUN_NAME = 'run.json';
/** Counts up when it says another thing. */
const KEPT_RUN_FORMAT = 1;

/** What a run did, as its own folder keeps it. */
export interface KeptRun extends Pick<RunResult, 'held' | 'accepted' | 'rows' | 'inputs' | 'changes'> {
  readonly check: CheckResult;
  /** What it was made by; see `keptSettings`. */
  readonly settings: KeptSettings;
}

/** Settings as plain values: nothing of them is secret. */
export interface KeptSettings {
  /** Values of options by their keys. */
  readonly options: JsonObject;
  /** Own segments, their rules as texts. */
  readonly segments: readonly { readonly name: string; readonly rule: string; readonly priority: number | null }[];
  /** An RFM model that is none of ours; null for those. */
  readonly rfmModel: JsonObject | null;
}

/** The text of what a run keeps of itself. */
export function keptRunText({ held, accepted, rows, inputs, changes, check, settings }: KeptRun): string {
  const content = { format_version: KEPT_RUN_FORMAT, held, accepted, rows, inputs, changes, check, settings };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** What such a text says; undefined where another version wrote it. The checksum of the file says whether it is whole. */
export function parseKeptRun(text: string): KeptRun | undefined {
  try {
    const { format_version: format, ...kept } = JSON.parse(text) as { format_version: unknown } & KeptRun;
    return format === KEPT_RUN_FORMAT ? kept : undefined;
  } catch {
    return undefined;
  }
}
