import { createHash } from 'node:crypto';

/** A user's draw as the README says it, without any SQL. */
export function saltedDrawOf(salt: string, userId: string): number {
  return Number.parseInt(createHash('md5').update(`${salt}:${userId}`, 'utf8').digest('hex').slice(0, 8), 16);
}

/** The arm that a draw falls into: the first whose shares up to and with it are above draw / 2^32. */
export function armOf(draw: number, arms: readonly { readonly name: string; readonly parts: number }[]): string | undefined {
  const whole = arms.reduce((sum, { parts }) => sum + BigInt(parts), 0n);
  let upTo = 0n;
  return arms.find(({ parts }) => {
    upTo += BigInt(parts);
    return BigInt(draw) * whole < upTo * 2n ** 32n;
  })?.name;
}
