/** A whole number of hundredths of 10^-scale as decimal text without trailing zeros: 152550 at scale 4 is 0.15255. */
export function decimalOfHundredths(hundredths: bigint, scale = 0): string {
  return trimDecimals(decimalOfUnits(hundredths, scale + 2));
}

/** The whole hundredths of 10^-scale that decimal text says, or undefined when it is no exact such number. */
export function hundredthsOfDecimal(text: string, scale = 0): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (fraction.length > scale + 2) return undefined;
  const units = BigInt(whole + fraction.padEnd(scale + 2, '0'));
  return sign === '-' ? -units : units;
}

/** Money as the files print it: at least two decimals, trailing zeros beyond dropped. */
export function moneyText(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** A whole number of units of 10^-scale as decimal text. */
export function decimalOfUnits(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
}

function trimDecimals(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
