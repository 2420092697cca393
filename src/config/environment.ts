import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { ENVIRONMENT_OPTIONS, isList, OPTIONS, type OptionName, variableOf } from './options.js';
import type { Given, Layer } from './settings.js';

const PREFIX = 'SEGMENT_';
/** Holds the key of pseudonyms itself: no option, so that no list of settings shows it. */
export const PSEUDONYM_KEY_VARIABLE = 'SEGMENT_PSEUDONYM_KEY';

/**
 * The options that environment variables give; an empty variable gives nothing, and commas separate what lists hold, except within a condition or a rule. A variable whose
 * name is nearly one of ours is an error (`unknown-variable`); other names that begin with SEGMENT_ belong to other programs.
 */
export function environmentLayer(env: Readonly<Record<string, string | undefined>>): Layer {
  const names = new Map(ENVIRONMENT_OPTIONS.map((name) => [variableOf(name), name]));
  const layer = new Map<OptionName, readonly Given[]>();
  for (const [variable, text] of Object.entries(env).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (text === undefined || text === '' || !variable.startsWith(PREFIX) || variable === PSEUDONYM_KEY_VARIABLE) continue;
    const name = names.get(variable);
    if (name === undefined) refuseNearMiss(variable, [...names.keys()]);
    else layer.set(name, [{ texts: textsOf(name, text), origin: { kind: 'environment' } }]);
  }
  return layer;
}

/** Conditions and rules have commas of their own, so a variable holds one. */
function textsOf(name: OptionName, text: string): string[] {
  const { kind } = OPTIONS[name].value;
  return isList(name) && kind !== 'condition' && kind !== 'segment' ? text.split(',').map((one) => one.trim()) : [text];
}

function refuseNearMiss(variable: string, known: readonly string[]): void {
  const close = nearest(
    variable.slice(PREFIX.length),
    known.map((name) => name.slice(PREFIX.length)),
  );
  if (close !== undefined) fail('unknown-variable', { variable, nearest: `${PREFIX}${close}` });
}
