import { asOf } from './as-of.js';
import { columns } from './columns.js';
import type { HelpTopic } from './help-topic.js';
import { lintCodes } from './lint-codes.js';
import { pauses } from './pauses.js';
import { rfm } from './rfm.js';
import { rules } from './rules.js';
import { statuses } from './statuses.js';

/** The texts of `segment help <name>`, in the README's order. */
export const HELP_TOPICS: readonly HelpTopic[] = [statuses, pauses, rfm, asOf, rules, lintCodes, columns];
