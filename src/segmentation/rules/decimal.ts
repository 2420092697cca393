/** Numbers of rules are exact to so many decimals; further ones are rounded half away from zero. */
export const DECIMALS = 10;
export const UNIT = 10n ** BigInt(DECIMALS);
/** No number of an event reaches it: a greater bound says the same as this one. */
const LARGEST = 10n ** 18n * UNIT;

/** Decimal text in units of 10^-10. */
export function unitsOfDecimal(text: string): bigint {
  const [, sign, whole = '', rest = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole + rest === '') throw new RangeError(`${text} is no decimal number`);
  const kept = rest.slice(0, DECIMALS).padEnd(DECIMALS, '0');
  const units = BigInt(`${whole}${kept}`) + (Number(rest[DECIMALS] ?? '0') >= 5 ? 1n : 0n);
  const size = units < LARGEST ? units : LARGEST;
  return sign === '-' ? -size : size;
}

/** Units of 10^-10 as decimal text. */
export function decimalOfUnits(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(DECIMALS + 1, '0');
  const [whole, rest] = [digits.slice(0, -DECIMALS), digits.slice(-DECIMALS).replace(/0+$/, '')];
  return `${units < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`;
}

/** The least whole number that is not below the units. */
export function ceilingOfUnits(units: bigint): bigint {
  return -floorOfUnits(-units);
}

/** The greatest whole number that is not above the units. */
export function floorOfUnits(units: bigint): bigint {
  return units / UNIT - (units % UNIT < 0n ? 1n : 0n);
}
