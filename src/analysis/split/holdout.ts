import { type Arm, PARTS_OF_ALL } from './split-result.js';

/** Who stays out of a campaign, and everybody else. */
export const HOLDOUT = 'holdout';
export const TREATED = 'treated';

export interface Holdout {
  /** Of `PARTS_OF_ALL`. */
  readonly parts: number;
  readonly salt: string;
}

/** A holdout as a split: those with the least draws are held out. */
export function holdoutArms(parts: number): readonly Arm[] {
  return [
    { name: HOLDOUT, parts },
    { name: TREATED, parts: PARTS_OF_ALL - parts },
  ];
}
