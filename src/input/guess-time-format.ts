/** Days as people and tools write them that no rule reads, in strptime tokens; dots always put the day first. */
const DAYS: readonly (readonly [format: string, text: string])[] = [
  ['%d.%m.%Y', String.raw`\d{1,2}\.\d{1,2}\.\d{4}`],
  ['%d.%m.%y', String.raw`\d{1,2}\.\d{1,2}\.\d{2}`],
  ['%Y.%m.%d', String.raw`\d{4}\.\d{1,2}\.\d{1,2}`],
  ['%d %b %Y', String.raw`\d{1,2} [A-Za-z]{3} \d{4}`],
  ['%d-%b-%Y', String.raw`\d{1,2}-[A-Za-z]{3}-\d{4}`],
  ['%d/%b/%Y', String.raw`\d{1,2}/[A-Za-z]{3}/\d{4}`],
  ['%d %B %Y', String.raw`\d{1,2} [A-Za-z]{4,9} \d{4}`],
  ['%b %d, %Y', String.raw`[A-Za-z]{3} \d{1,2}, \d{4}`],
  ['%B %d, %Y', String.raw`[A-Za-z]{4,9} \d{1,2}, \d{4}`],
  ['%a, %d %b %Y', String.raw`[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4}`],
];
const CLOCKS: readonly (readonly [format: string, text: string])[] = [
  ['', ''],
  ['%H:%M', String.raw`\d{1,2}:\d{2}`],
  ['%H:%M:%S', String.raw`\d{1,2}:\d{2}:\d{2}`],
  ['%H:%M:%S.%f', String.raw`\d{1,2}:\d{2}:\d{2}\.\d+`],
  ['%I:%M %p', String.raw`\d{1,2}:\d{2} [AaPp][Mm]`],
  ['%I:%M:%S %p', String.raw`\d{1,2}:\d{2}:\d{2} [AaPp][Mm]`],
  ['%H:%M:%S %z', String.raw`\d{1,2}:\d{2}:\d{2} [+-]\d{2}:?\d{2}`],
];
const BETWEEN = [' ', ', ', 'T'] as const;

/** A `--time-format` for a hint, that fits all the values; undefined where none of the known ones does. Never used to read. */
export function guessTimeFormat(values: readonly string[]): string | undefined {
  for (const [day, dayText] of [...DAYS, ...dashedDays(values)]) {
    for (const [clock, clockText] of CLOCKS) {
      for (const between of clock === '' ? [''] : BETWEEN) {
        const layout = new RegExp(`^\\s*${dayText}${between}${clockText}\\s*$`);
        if (values.length > 0 && values.every((value) => layout.test(value))) return `${day}${between}${clock}`;
      }
    }
  }
  return undefined;
}

/** 15-02-2024 and 02-15-2024 are told apart by a number above 12 only. */
function dashedDays(values: readonly string[]): (readonly [format: string, text: string])[] {
  const pairs = values.flatMap((value) => {
    const [, first, second] = /^\s*(\d{1,2})-(\d{1,2})-\d{4}/.exec(value) ?? [];
    return first === undefined ? [] : [{ first: Number(first), second: Number(second) }];
  });
  const text = String.raw`\d{1,2}-\d{1,2}-\d{4}`;
  const isDayFirst = pairs.some(({ first }) => first > 12);
  const isMonthFirst = pairs.some(({ second }) => second > 12);
  if (isDayFirst === isMonthFirst) return [];
  return [[isDayFirst ? '%d-%m-%Y' : '%m-%d-%Y', text]];
}
