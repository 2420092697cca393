/** Segments that are ready to use, as somebody would write them in a config file. */
export interface Recipe {
  readonly name: string;
  /** One line of the list. */
  readonly title: string;
  /** A whole config file: in comments the idea and what the rules leave out, then `segments:`. */
  readonly yaml: string;
}
