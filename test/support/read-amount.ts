/** PRODUCT's rules for one plain amount, written from the text and not from the SQL; exact. */
export interface ExactAmount {
  /** In units of 10^-scale. */
  units: bigint;
  isRounded: boolean;
}

/** Undefined: unreadable, or more than 18 digits before the point. `thousands` is the sign between groups of three, if any is accepted. */
export function readAmount(text: string, decimal: '.' | ',', thousands: string | undefined, scale: number): ExactAmount | undefined {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
  const [, sign = '', body = '', exponent = '0'] = /^([+-]?)([0-9.,]+)(?:[eE]([+-]?\d+))?$/.exec(trimmed) ?? [];
  const parts = body.split(decimal);
  const [whole = '', fraction = ''] = parts;
  if (parts.length > 2 || whole + fraction === '' || /\D/.test(fraction)) return undefined;
  const digits = withoutThousands(whole, thousands);
  if (digits === undefined) return undefined;
  const isNothing = !/[1-9]/.test(digits + fraction);
  // Beyond every type, or nothing at all.
  if (isNothing) return { units: 0n, isRounded: false };
  if (Number(exponent) > 500) return undefined;
  if (Number(exponent) < -500) return { units: 0n, isRounded: true };
  return rounded(sign === '-' ? -1n : 1n, BigInt(digits + fraction || '0'), fraction.length - Number(exponent), scale);
}

function withoutThousands(whole: string, thousands: string | undefined): string | undefined {
  if (/^\d*$/.test(whole)) return whole;
  if (thousands === undefined || /[^\d.,]/.test(whole)) return undefined;
  const groups = whole.split(thousands);
  const [first = '', ...rest] = groups;
  const last = rest.at(-1) ?? '';
  const isFirst = /^[1-9]\d{0,2}$/.test(first);
  const isWestern = isFirst && rest.every((group) => /^\d{3}$/.test(group));
  const isIndian = isFirst && first.length < 3 && /^\d{3}$/.test(last) && rest.slice(0, -1).every((group) => /^\d{2}$/.test(group));
  return isWestern || isIndian ? groups.join('') : undefined;
}

/** digits × 10^-decimals to the scale, half away from zero. */
function rounded(sign: bigint, digits: bigint, decimals: number, scale: number): ExactAmount | undefined {
  const shift = decimals - scale;
  const factor = 10n ** BigInt(Math.abs(shift));
  const exact = shift <= 0 ? digits * factor : digits / factor;
  const rest = shift <= 0 ? 0n : digits % factor;
  const units = rest * 2n >= factor && shift > 0 ? exact + 1n : exact;
  return units >= 10n ** BigInt(18 + scale) ? undefined : { units: sign * units, isRounded: rest !== 0n };
}

/** `12.3400` for 123400 units at scale 4. */
export function unitsText(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
