import { type Arm, PARTS_OF_ALL } from '../analysis/split/split-result.js';

const MOST_ARMS = 50;
const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;
const NEEDED = 'names with shares in percent such as control:50,a:25,b:25, or names alone for equal shares';

/**
 * The arms of a split: `control:50,a:25,b:25` in percent, with up to 4 decimals, which add up to 100; or names alone, which share
 * equally. Or what is expected in place of the text.
 */
export function parseArms(text: string): readonly Arm[] | { readonly expected: string } {
  const given = text.split(',').map((one) => one.trim().split(':'));
  const names = given.map(([name = '']) => name);
  const odd = names.find((name) => !NAME.test(name));
  if (odd !== undefined) return { expected: `${NEEDED}; a name has lower-case letters, digits, _ and -, at most 40, and "${odd}" is none` };
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return { expected: `names that differ, and ${repeated} stands there twice` };
  if (names.length < 2 || names.length > MOST_ARMS) return { expected: `from 2 to ${MOST_ARMS} arms` };
  if (given.every((one) => one.length === 1)) return names.map((name) => ({ name, parts: 1 }));
  const arms = given.map(([name = '', share = '', ...more]) => ({ name, parts: more.length === 0 ? parseShare(share) : undefined }));
  const known = arms.flatMap(({ name, parts }) => (parts === undefined ? [] : [{ name, parts }]));
  if (known.length < arms.length) return { expected: `${NEEDED}; a share is above 0 and has at most 4 decimals` };
  const sum = known.reduce((total, { parts }) => total + parts, 0);
  if (sum !== PARTS_OF_ALL) return { expected: `shares that add up to 100 %, and these add up to ${sum / (PARTS_OF_ALL / 100)} %` };
  return known;
}

/** `12.5` or `12.5%` in parts of all; undefined for anything that is no share above 0 and up to 100 %. */
export function parseShare(text: string): number | undefined {
  const [, whole = '', decimals = ''] = /^(\d{1,3})(?:\.(\d{1,4}))?\s?%?$/.exec(text) ?? [];
  if (whole === '') return undefined;
  const parts = Number(`${whole}${decimals.padEnd(4, '0')}`);
  return parts > 0 && parts <= PARTS_OF_ALL ? parts : undefined;
}
