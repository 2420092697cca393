import { parseRule } from '../config/parse-rule.js';
import type { Json, JsonObject } from '../membership/publish/canonical-json.js';
import { printRule } from '../segmentation/rules/print-rule.js';
import { leavesOf } from '../segmentation/rules/rule-leaves.js';

/** The own segments of a run by their names, each with its rule as its manifest has it. */
export function publishedSegments({ segments }: JsonObject): ReadonlyMap<string, string> {
  const all = (Array.isArray(segments) ? segments : []) as readonly Json[];
  return new Map(
    all.flatMap((one) => {
      const { name, rule } = (typeof one === 'object' && one !== null ? one : {}) as JsonObject;
      return typeof name === 'string' && typeof rule === 'string' ? [[name, printed(rule)] as const] : [];
    }),
  );
}

/** A rule that says something else in the later run; undefined: there was none of that name. */
export interface ChangedRule {
  readonly segment: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Of an own segment and of those it refers to in either run, directly or not, the rules that differ. */
export function changedRules(segment: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ChangedRule[] {
  const seen = new Set<string>();
  const changed: ChangedRule[] = [];
  const look = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const [was, is] = [before.get(name), after.get(name)];
    if (was !== is) changed.push({ segment: name, before: was, after: is });
    for (const rule of [was, is]) if (rule !== undefined) for (const other of referredTo(rule)) look(other);
  };
  look(segment);
  return changed;
}

/** As this version writes it, where it can read it. */
function printed(text: string): string {
  const { value: rule } = parseRule(text);
  return rule === undefined ? text : printRule(rule);
}

function referredTo(text: string): string[] {
  const { value: rule } = parseRule(text);
  return rule === undefined ? [] : leavesOf(rule).flatMap((leaf) => (leaf.kind === 'segment' ? [leaf.segment] : []));
}
