/** A failure of which everything has been said: the process only has to end with its exit code. */
export class ToldFailure extends Error {
  override readonly name = 'ToldFailure';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('told');
    this.exitCode = exitCode;
  }
}
