import { join, type Sql, sql } from '../sql/sql.js';

/** A 32-bit number scrambled onto another one, each onto exactly one: xor-shifts and multiplications that fit a BIGINT. */
export function mixed(value: Sql): Sql {
  return fold(scramble(scramble(value)));
}

/** `mixed`, worked out here: a 32-bit number for a seed. */
export function seedKey(seed: number): number {
  let mix = seed;
  for (let round = 0; round < 2; round += 1) mix = Math.imul(mix ^ (mix >>> 16), 73244475);
  return (mix ^ (mix >>> 16)) >>> 0;
}

/** The key of the `index`-th part of something that has a key. */
export function partKey(key: Sql, index: Sql): Sql {
  return mixed(sql`((${key} + (${index} + 1) * 2654435769) & 4294967295)`);
}

/** A whole number, 0 up to but not including `choices`; equal keys and purposes draw equal numbers, other purposes other ones. */
export function draw(key: Sql, purpose: string, choices: Sql | number): Sql {
  return sql`((((${key} * ${multiplier(purpose)}) & 4294967295) * (${choices})) >> 32)`;
}

/** A whole number from `from` to `to`, both included. */
export function drawBetween(key: Sql, purpose: string, from: Sql, to: Sql): Sql {
  return sql`(${from} + ${draw(key, purpose, sql`${to} - ${from} + 1`)})`;
}

/** Like `draw`, with small numbers commoner: the least of some draws. */
export function drawSkewed(key: Sql, purpose: string, choices: Sql | number, draws = 3): Sql {
  const turns = Array.from({ length: draws }, (_, turn) => draw(key, `${purpose}${turn}`, choices));
  return sql`least(${join(turns)})`;
}

/** Like `drawBetween`, skewed to `from`. */
export function drawSkewedBetween(key: Sql, purpose: string, from: Sql, to: Sql, draws = 3): Sql {
  return sql`(${from} + ${drawSkewed(key, purpose, sql`${to} - ${from} + 1`, draws)})`;
}

function fold(value: Sql): Sql {
  return sql`xor(${value}, ${value} >> 16)`;
}

function scramble(value: Sql): Sql {
  return sql`((${fold(value)} * 73244475) & 4294967295)`;
}

/** An odd number below 2^31 that belongs to a purpose. */
function multiplier(purpose: string): number {
  let hash = 0x811c9dc5;
  for (const character of purpose) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (seedKey(hash) & 0x7fffffff) | 1;
}
