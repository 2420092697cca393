import { isMap, isScalar, isSeq, type ParsedNode, parseDocument, stringify, type YAMLMap } from 'yaml';
import type { ParameterName } from '../segmentation/status/status-parameters.js';

/** A parameter and what it is to be. */
export interface ParameterPatch {
  readonly parameter: ParameterName;
  readonly value: number;
}

/** A parameter that the text gives another value already. */
export interface GivenParameter extends ParameterPatch {
  /** As it stands there, and on which line, from 1. */
  readonly present: string;
  readonly line: number;
}

/** One line that changes: taken out, put in, or both. */
export interface ChangedLine {
  readonly removed: string | undefined;
  readonly added: string;
}

export interface PatchedText {
  readonly text: string;
  readonly changes: readonly ChangedLine[];
}

export interface PatchedConfig extends PatchedText {
  /** What the file said otherwise; it is replaced. */
  readonly replaced: readonly GivenParameter[];
}

/** A key of a list of names and what it is to hold. */
export interface ListPatch {
  readonly key: string;
  readonly values: readonly string[];
}

/** A list that the text gives otherwise already. */
export interface GivenList extends ListPatch {
  readonly present: string;
  readonly line: number;
}

/** A segment of one's own, its rule in the short form. */
export interface SegmentPatch {
  readonly name: string;
  readonly description: string;
  readonly goal: string;
  readonly where: string;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text of a config file, which has no problems, with these parameters below `set:`, where that does not say so yet. Everything else stays
 * as it is, byte by byte.
 */
export function patchParameters(text: string, patches: readonly ParameterPatch[]): PatchedConfig {
  const newline = newlineOf(text);
  const settings = asMap(parseDocument(text, { schema: 'failsafe', logLevel: 'error' }).contents);
  const set = asMap(nodeOf(settings, 'set'));
  const edits: Edit[] = [];
  const replaced: GivenParameter[] = [];
  const added: ParameterPatch[] = [];
  for (const patch of patches) {
    const value = nodeOf(set, patch.parameter);
    if (value === undefined) {
      added.push(patch);
      continue;
    }
    const [start, end] = value.range;
    const present = isScalar(value) ? String(value.value) : '';
    if (present === String(patch.value)) continue;
    replaced.push({ ...patch, present, line: text.slice(0, start).split('\n').length });
    edits.push({ start, end, text: String(patch.value) });
  }
  if (added.length > 0) edits.push(insertion(text, { settings, set, added, newline }));
  const patched = applyEdits(text, edits);
  return { text: patched, changes: changedLines(text, edits), replaced };
}

/** The text with these lists as keys of their own, where it does not say so yet; everything else as it is. */
export function patchLists(text: string, patches: readonly ListPatch[]): PatchedText & { readonly replaced: readonly GivenList[] } {
  const settings = asMap(parseDocument(text, { schema: 'failsafe', logLevel: 'error' }).contents);
  const replaced: GivenList[] = [];
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const patch of patches) {
    const value = nodeOf(settings, patch.key);
    const written = `[${patch.values.map((one) => scalarText(one, true)).join(', ')}]`;
    if (value === undefined) {
      added.push(`${patch.key}: ${written}`);
      continue;
    }
    const [start, until] = value.range;
    const present = text.slice(start, until).trimEnd();
    const values = isSeq(value)
      ? value.items.map((item) => (isScalar(item) ? String(item.value) : ''))
      : isScalar(value)
        ? [String(value.value)]
        : [];
    if (values.length === patch.values.length && values.every((one, index) => one === patch.values[index])) continue;
    replaced.push({ ...patch, present: present.replaceAll(/\s+/g, ' '), line: text.slice(0, start).split('\n').length });
    edits.push({ start, end: start + present.length, text: written });
  }
  if (added.length > 0) edits.push(intoSettings(text, settings, added, added.join(', ')));
  return { text: applyEdits(text, edits), changes: changedLines(text, edits), replaced };
}

/** The text with these segments below `segments:`, which has none of their names; everything else as it is. */
export function patchSegments(text: string, patches: readonly SegmentPatch[]): PatchedText {
  if (patches.length === 0) return { text, changes: [] };
  const newline = newlineOf(text);
  const settings = asMap(parseDocument(text, { schema: 'failsafe', logLevel: 'error' }).contents);
  const segments = asMap(nodeOf(settings, 'segments'));
  const lines = patches.flatMap((patch) => [
    `${patch.name}:`,
    ...(['description', 'goal', 'where'] as const).map((key) => `  ${key}: ${scalarText(patch[key], false)}`),
  ]);
  const inBraces = patches
    .map(
      ({ name, ...patch }) =>
        `${name}: { ${(['description', 'goal', 'where'] as const).map((key) => `${key}: ${scalarText(patch[key], true)}`).join(', ')} }`,
    )
    .join(', ');
  const first = segments?.items[0]?.key;
  const edit = ((): Edit => {
    if (segments === undefined) {
      return intoSettings(text, settings, ['segments:', ...lines.map((line) => `  ${line}`)], `segments: { ${inBraces} }`);
    }
    if (segments.flow === true || first === undefined) return intoBraces(segments, inBraces);
    const indent = text.slice(text.lastIndexOf('\n', first.range[0] - 1) + 1, first.range[0]);
    const last = segments.items.at(-1)?.value?.range[1] ?? segments.range[1];
    const held = text.slice(0, last).trimEnd().length;
    const found = text.indexOf('\n', held);
    const at = found === -1 ? text.length : found + 1;
    const put = lines.map((line) => `${indent}${line}${newline}`).join('');
    return { start: at, end: at, text: found === -1 ? newline + put : put };
  })();
  return { text: applyEdits(text, [edit]), changes: changedLines(text, [edit]) };
}

const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** A text as YAML has it, in one line. */
function scalarText(text: string, isInBraces: boolean): string {
  return stringify(isInBraces ? [text] : text, { lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: false, singleQuote: false })
    .trimEnd()
    .replace(isInBraces ? /^\[(.*)\]$/s : /^(.*)$/s, '$1');
}

/** Settings that are new go to the end. */
function intoSettings(text: string, settings: YAMLMap.Parsed | undefined, lines: readonly string[], inBraces: string): Edit {
  if (settings?.flow === true) return intoBraces(settings, inBraces);
  const newline = newlineOf(text);
  const before = text === '' || text.endsWith('\n') ? '' : newline;
  const apart = text.trim() === '' ? '' : newline;
  return { start: text.length, end: text.length, text: `${before}${apart}${lines.map((line) => `${line}${newline}`).join('')}` };
}

/** Where parameters that are new go: after the last one, or at the end with a `set:` of their own. */
function insertion(
  text: string,
  {
    settings,
    set,
    added,
    newline,
  }: {
    readonly settings: YAMLMap.Parsed | undefined;
    readonly set: YAMLMap.Parsed | undefined;
    readonly added: readonly ParameterPatch[];
    readonly newline: string;
  },
): Edit {
  const line = ({ parameter, value }: ParameterPatch): string => `${parameter}: ${value}`;
  const first = set?.items[0]?.key;
  if (set !== undefined && set.flow !== true && first !== undefined) {
    const indent = text.slice(text.lastIndexOf('\n', first.range[0] - 1) + 1, first.range[0]);
    // A comment behind the last value belongs to it.
    const found = text.indexOf('\n', set.items.at(-1)?.value?.range[1] ?? set.range[1]);
    const at = found === -1 ? text.length : found + 1;
    const lines = added.map((patch) => `${indent}${line(patch)}${newline}`).join('');
    return { start: at, end: at, text: found === -1 ? newline + lines : lines };
  }
  if (set !== undefined) return intoBraces(set, added.map(line).join(', '));
  return intoSettings(text, settings, ['set:', ...added.map((patch) => `  ${line(patch)}`)], `set: { ${added.map(line).join(', ')} }`);
}

function intoBraces(map: YAMLMap.Parsed, text: string): Edit {
  const last = map.items.at(-1)?.value?.range[1];
  const at = last ?? map.range[1] - 1;
  return { start: at, end: at, text: last === undefined ? text : `, ${text}` };
}

function asMap(node: ParsedNode | null | undefined): YAMLMap.Parsed | undefined {
  return isMap(node) ? (node as YAMLMap.Parsed) : undefined;
}

function nodeOf(map: YAMLMap.Parsed | undefined, name: string): ParsedNode | undefined {
  return map?.items.find(({ key }) => isScalar(key) && key.value === name)?.value ?? undefined;
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((patched, { start, end, text: put }) => patched.slice(0, start) + put + patched.slice(end), text);
}

/** Whole lines that are put in, and lines that are rewritten, in the order of the file. */
function changedLines(text: string, edits: readonly Edit[]): ChangedLine[] {
  const ordered = [...edits].sort((a, b) => a.start - b.start);
  const seen = new Set<number>();
  return ordered.flatMap((edit): ChangedLine[] => {
    if (isOfLines(edit))
      return edit.text
        .split(/\r?\n/)
        .filter((line) => line !== '')
        .map((added) => ({ removed: undefined, added }));
    const from = text.lastIndexOf('\n', edit.start - 1) + 1;
    if (seen.has(from)) return [];
    seen.add(from);
    const until = text.indexOf('\n', edit.start) === -1 ? text.length : text.indexOf('\n', edit.start);
    const own = ordered.filter((one) => !isOfLines(one) && one.start >= from && one.end <= until);
    const moved = own.map(({ start, end, text: put }) => ({ start: start - from, end: end - from, text: put }));
    const removed = text.slice(from, until);
    return [{ removed: removed.trimEnd(), added: applyEdits(removed, moved).trimEnd() }];
  });
}

const isOfLines = ({ text }: Edit): boolean => text.includes('\n');
