/** One group of a segmentation, in words for people. */
export interface SegmentInfo {
  readonly name: string;
  /** What puts a user here, in one short line. */
  readonly meaning: string;
  /** What to do about it, in a few words. */
  readonly action: string;
}
