import type { Condition } from '../input/conditions.js';
import { dayOfIso } from '../time/day.js';

const NUMBER = /^[+-]?\d{1,27}(\.\d{1,10})?$/;
const RANGE = '..';

/** One value as it stands: within quotes it is what stands there, commas, dots and blanks included. */
interface Part {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** The condition that a text such as `plan=pro,team`, `country!=DE`, `age=18..30` or `plan=` stands for; else what is wrong with it. */
export function parseCondition(text: string): Condition | { readonly problem: string } {
  const named = readName(text);
  if (named === undefined) return { problem: 'a condition such as plan=pro, country!=DE,AT, age=18..30 or plan=' };
  const { property, isNegated, rest } = named;
  const condition = { text, property, isNegated };
  if (rest === '') return { ...condition, isNegated: !isNegated, test: { kind: 'set' } };
  const parts = readParts(rest);
  if (parts === undefined) return { problem: 'values separated by commas; one that holds a comma or a quote stands in double quotes' };
  const range = parts.find((part) => !part.isQuoted && part.text.includes(RANGE));
  if (range === undefined) return { ...condition, test: { kind: 'in', values: parts.map((part) => part.text) } };
  if (parts.length > 1) return { problem: 'a range alone, or a value with .. in double quotes' };
  return readRange(condition, range.text);
}

function readName(text: string): { readonly property: string; readonly isNegated: boolean; readonly rest: string } | undefined {
  const match = /^\s*(?:"((?:[^"]|"")*)"|([^="]*?))\s*(!?=)(.*)$/s.exec(text);
  if (match === null) return undefined;
  const [, quoted, plain = '', sign, rest = ''] = match;
  const property = quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"');
  return property === '' ? undefined : { property, isNegated: sign === '!=', rest: rest.trim() === '' ? '' : rest };
}

function readParts(text: string): Part[] | undefined {
  const parts: Part[] = [];
  const part = /\s*(?:"((?:[^"]|"")*)"|([^,"]*))\s*(,|$)/sy;
  for (let isOpen = true; isOpen; ) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain = '', end] = match;
    if (quoted === undefined && plain.trim() === '') return undefined;
    parts.push({ text: quoted?.replaceAll('""', '"') ?? plain.trim(), isQuoted: quoted !== undefined });
    isOpen = end === ',';
  }
  return parts;
}

function readRange(condition: Omit<Condition, 'test'>, text: string): Condition | { readonly problem: string } {
  const at = text.indexOf(RANGE);
  const [from, to] = [text.slice(0, at).trim(), text.slice(at + RANGE.length).trim()];
  const given = [from, to].filter((end) => end !== '');
  const ends = { from: from === '' ? null : from, to: to === '' ? null : to };
  const isRising = (rank: (end: string) => number): boolean => given.length < 2 || rank(from) <= rank(to);
  if (given.length > 0 && given.every((end) => NUMBER.test(end)) && isRising(Number))
    return { ...condition, test: { kind: 'numbers', ...ends } };
  if (given.length > 0 && given.every((end) => dayOfIso(end) !== undefined) && isRising((end) => dayOfIso(end) ?? 0)) {
    return { ...condition, test: { kind: 'dates', ...ends } };
  }
  return { problem: 'a range of two numbers or two days, the lower one first, such as 18..30, 18.. or 2024-01-01..2024-03-31' };
}
