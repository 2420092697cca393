import { type Answer, type ErrorKind, MESSAGES, type Message, type MessageCode, type MessageData } from './messages.js';

/** The one error a user meets: what is wrong, what is there instead, and one thing to try. */
export class SegmentError extends Error {
  override readonly name = 'SegmentError';
  readonly code: MessageCode;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  /** Options with which the program goes on; none when no option helps. */
  readonly settledBy: readonly Answer[];
  readonly #data: unknown;

  constructor(code: MessageCode, message: Message, data: unknown, options?: ErrorOptions) {
    super(message.text, options);
    this.code = code;
    this.#data = data;
    this.kind = message.kind;
    this.hint = message.hint;
    this.settledBy = message.settledBy ?? [];
  }

  /** What the error was made of, where it is the one of the code. */
  dataOf<C extends MessageCode>(code: C): MessageData<C> | undefined {
    return this.code === code ? (this.#data as MessageData<C>) : undefined;
  }
}

/** The error of a code, for places that return or collect it. */
export function segmentError<C extends MessageCode>(code: C, data: MessageData<C>, options?: ErrorOptions): SegmentError {
  const write = MESSAGES[code] as (data: MessageData<C>) => Message;
  return new SegmentError(code, write(data), data, options);
}

/** Stops with the error of a code. */
export function fail<C extends MessageCode>(code: C, data: MessageData<C>, options?: ErrorOptions): never {
  throw segmentError(code, data, options);
}
