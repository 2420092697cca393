/** Signs of money and the codes they may stand for, the likeliest first. Longer signs come before those inside them. */
const SIGNS: readonly (readonly [sign: string, codes: string])[] = [
  ['US$', 'USD'],
  ['AU$', 'AUD'],
  ['CA$', 'CAD'],
  ['NZ$', 'NZD'],
  ['HK$', 'HKD'],
  ['NT$', 'TWD'],
  ['MX$', 'MXN'],
  ['A$', 'AUD'],
  ['C$', 'CAD'],
  ['S$', 'SGD'],
  ['R$', 'BRL'],
  ['$', 'USD CAD AUD NZD SGD HKD MXN TWD ARS CLP COP UYU'],
  ['€', 'EUR'],
  ['£', 'GBP EGP LBP'],
  ['¥', 'JPY CNY'],
  ['￥', 'JPY CNY'],
  ['₹', 'INR'],
  ['₽', 'RUB'],
  ['₩', 'KRW'],
  ['₺', 'TRY'],
  ['₴', 'UAH'],
  ['₫', 'VND'],
  ['₪', 'ILS'],
  ['₱', 'PHP'],
  ['฿', 'THB'],
  ['₦', 'NGN'],
  ['zł', 'PLN'],
  ['Kč', 'CZK'],
  ['kr', 'SEK NOK DKK ISK'],
  ['Rs', 'INR PKR LKR'],
  ['Rp', 'IDR'],
];

/** ISO 4217. */
const CODES =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL'.split(
    ' ',
  );

/** Every written form of a currency: signs and codes. */
export const CURRENCY_WORDS: readonly string[] = [...SIGNS.map(([sign]) => sign), ...CODES];

/** The currency word a text is, as it stands in `CURRENCY_WORDS`; undefined when it is none. Blanks around it and case do not count. */
export function currencyWord(text: string): string | undefined {
  const word = text.trim().toLowerCase();
  return CURRENCY_WORDS.find((known) => known.toLowerCase() === word);
}

/** Every word that may be written for a currency: of `USD` also `US$` and `$`. */
export function wordsOfCurrency(code: string): string[] {
  return [...SIGNS.filter(([, codes]) => codes.split(' ').includes(code)).map(([sign]) => sign), code];
}

/**
 * The codes of the currencies behind some words, in the order of the words. A sign of several currencies is the one
 * whose code or own sign is there too, else the likeliest: `$` beside `CAD` is that dollar, `$` beside `€` is USD.
 */
export function distinctCurrencies(words: readonly string[]): string[] {
  const known = new Set(words.map(codesOf).flatMap((codes) => (codes.length === 1 ? codes : [])));
  const codes = words.map((word) => codesOf(word).find((code) => known.has(code)) ?? codesOf(word)[0] ?? word);
  return [...new Set(codes)];
}

function codesOf(word: string): string[] {
  return SIGNS.find(([sign]) => sign === word)?.[1].split(' ') ?? [word];
}
