import { Chalk } from 'chalk';

export type ColorLevel = 0 | 1 | 2 | 3;
export type Style = (text: string) => string;

/** What colours mean in our reports. Without colour every style leaves the text as it is. */
export interface Paint {
  readonly title: Style;
  readonly strong: Style;
  readonly dim: Style;
  readonly good: Style;
  readonly warn: Style;
  readonly bad: Style;
  /** From cool to hot, for shades 1 to 4. */
  readonly heat: readonly Style[];
}

/** Colours of the 256 from dark blue to light green; fewer colours take the nearest. */
const HEAT = [25, 31, 37, 43] as const;

/** Styles of a colour level (0 none, 1 sixteen colours, 2 256, 3 all); never asks the environment. */
export function createPaint(level: ColorLevel): Paint {
  const chalk = new Chalk({ level });
  return {
    title: (text) => chalk.bold(text),
    strong: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
    heat: HEAT.map((color) => (text) => chalk.ansi256(color)(text)),
  };
}
