/** Which exit code an error ends in (DESIGN: usage 2, input 3, environment 4). */
export type ErrorKind = 'usage' | 'input' | 'environment';

export interface Message {
  readonly kind: ErrorKind;
  readonly text: string;
  readonly hint?: string;
}

const LIST_LIMIT = 12;

/** `a, b and 3 more`: long lists are capped. */
export function listed(names: readonly string[], limit = LIST_LIMIT): string {
  if (names.length <= limit) return names.join(', ');
  return `${names.slice(0, limit).join(', ')} and ${names.length - limit} more`;
}

/** ` Did you mean "x"?`, or nothing. */
function meant(nearest: string | undefined): string {
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** Every failure a user can meet. The key is the code printed in brackets; groups follow the way of the data. */
export const MESSAGES = {
  // command line
  'unknown-parameter': (p: { name: string; nearest?: string | undefined }): Message => ({
    kind: 'usage',
    text: `--set ${p.name}: there is no such parameter.${meant(p.nearest)}`,
    hint: 'segment params lists every parameter with its default, range and meaning.',
  }),
  'parameter-out-of-range': (p: { name: string; value: string; expected: string }): Message => ({
    kind: 'usage',
    text: `--set ${p.name}=${p.value}: the value must be ${p.expected}.`,
    hint: `segment params shows what ${p.name} does.`,
  }),
  'bad-option-value': (p: { option: string; value: string; expected: string }): Message => ({
    kind: 'usage',
    text: `${p.option} ${p.value}: expected ${p.expected}.`,
  }),
} as const satisfies Record<string, (data: never) => Message>;

export type MessageCode = keyof typeof MESSAGES;
export type MessageData<C extends MessageCode> = Parameters<(typeof MESSAGES)[C]>[0];
