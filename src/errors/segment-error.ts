import { type Answer, type ErrorKind, MESSAGES, type Message, type MessageCode, type MessageData } from './messages.js';

/** The one error a user meets: what is wrong, what is there instead, and one thing to try. */
export class SegmentError extends Error {
  override readonly name = 'SegmentError';
  readonly code: MessageCode;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  /** Options with which the program goes on; none when no option helps. */
  readonly settledBy: readonly Answer[];

  constructor(code: MessageCode, message: Message, options?: ErrorOptions) {
    super(message.text, options);
    this.code = code;
    this.kind = message.kind;
    this.hint = message.hint;
    this.settledBy = message.settledBy ?? [];
  }
}

/** The error of a code, for places that return or collect it. */
export function segmentError<C extends MessageCode>(code: C, data: MessageData<C>, options?: ErrorOptions): SegmentError {
  const write = MESSAGES[code] as (data: MessageData<C>) => Message;
  return new SegmentError(code, write(data), options);
}

/** Stops with the error of a code. */
export function fail<C extends MessageCode>(code: C, data: MessageData<C>, options?: ErrorOptions): never {
  throw segmentError(code, data, options);
}
