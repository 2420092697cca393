/** Why a file is no sound Arrow; the message completes "… cannot be read as Arrow: ". */
export class ArrowFault extends Error {
  override readonly name = 'ArrowFault';
}

/** The file ends before what it announces. */
export class ArrowCut extends Error {
  override readonly name = 'ArrowCut';
}

export function fault(why: string): never {
  throw new ArrowFault(why);
}
