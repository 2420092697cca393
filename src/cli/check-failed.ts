/** A check ran and found that what was asked for does not hold; everything about it has been said. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}
