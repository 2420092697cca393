/** An exact rational number in lowest terms; the denominator is positive. */
export class Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  static of(numerator: bigint | number, denominator: bigint | number = 1n): Fraction {
    let top = BigInt(numerator);
    let bottom = BigInt(denominator);
    if (bottom === 0n) throw new RangeError('a fraction needs a denominator');
    if (bottom < 0n) {
      top = -top;
      bottom = -bottom;
    }
    const divisor = greatestCommonDivisor(top < 0n ? -top : top, bottom);
    return new Fraction(top / divisor, bottom / divisor);
  }

  /** The number a plain decimal text writes (`-12.340`); undefined when it is none. */
  static parse(text: string): Fraction | undefined {
    const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (match === null) return undefined;
    const decimals = match[3] ?? '';
    const value = Fraction.of(BigInt(`${match[2]}${decimals}`), 10n ** BigInt(decimals.length));
    return match[1] === '-' ? value.negated() : value;
  }

  /** A number given as a parameter, taken as the decimal it prints as: 0.75 is three quarters. */
  static ofParameter(value: number): Fraction {
    const parsed = Fraction.parse(String(value));
    if (parsed === undefined) throw new RangeError(`${value} is no plain decimal`);
    return parsed;
  }

  plus(other: Fraction): Fraction {
    return Fraction.of(this.numerator * other.denominator + other.numerator * this.denominator, this.denominator * other.denominator);
  }

  minus(other: Fraction): Fraction {
    return this.plus(other.negated());
  }

  times(other: Fraction): Fraction {
    return Fraction.of(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  over(other: Fraction): Fraction {
    return Fraction.of(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  negated(): Fraction {
    return new Fraction(-this.numerator, this.denominator);
  }

  isNegative(): boolean {
    return this.numerator < 0n;
  }

  /** Below zero, zero or above zero, as a sort wants it. */
  compare(other: Fraction): number {
    const left = this.numerator * other.denominator;
    const right = other.numerator * this.denominator;
    return left < right ? -1 : left > right ? 1 : 0;
  }

  isAbove(other: Fraction): boolean {
    return this.compare(other) > 0;
  }

  isBelow(other: Fraction): boolean {
    return this.compare(other) < 0;
  }

  equals(other: Fraction): boolean {
    return this.compare(other) === 0;
  }

  /** The largest whole number not above this. */
  floor(): bigint {
    const whole = this.numerator / this.denominator;
    return this.numerator % this.denominator < 0n ? whole - 1n : whole;
  }

  /** The nearest multiple of 10^-decimals; halves go up. */
  roundedHalfUp(decimals: number): Fraction {
    const scale = 10n ** BigInt(decimals);
    return Fraction.of(this.times(Fraction.of(scale)).plus(Fraction.of(1, 2)).floor(), scale);
  }

  /** Decimal text with at least `decimals` decimals and no more than it takes to be exact. */
  toExactText(decimals: number): string {
    let places = decimals;
    while (places < 40 && (this.numerator * 10n ** BigInt(places)) % this.denominator !== 0n) places += 1;
    const scaled = this.times(Fraction.of(10n ** BigInt(places)));
    if (scaled.denominator !== 1n) throw new RangeError(`${this.numerator}/${this.denominator} has no finite decimal text`);
    const digits = (scaled.numerator < 0n ? -scaled.numerator : scaled.numerator).toString().padStart(places + 1, '0');
    const sign = scaled.numerator < 0n ? '-' : '';
    return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }
}

export const ZERO = Fraction.of(0);

export function largest(first: Fraction, ...others: Fraction[]): Fraction {
  return others.reduce((best, value) => (value.isAbove(best) ? value : best), first);
}

export function smallest(first: Fraction, ...others: Fraction[]): Fraction {
  return others.reduce((best, value) => (value.isBelow(best) ? value : best), first);
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}
