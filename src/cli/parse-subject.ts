import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import type { StatusName } from '../segmentation/status/status.js';
import type { GivenCommand } from './command-line.js';

/** Whom to explain. */
export type Subject = { readonly kind: 'user'; readonly userId: string } | { readonly kind: 'status'; readonly status: StatusName };

/** `--user ID` or `--status NAME`; a usage error for neither. */
export function parseSubject({ user, status }: Settings, command: GivenCommand): Subject {
  if (user !== undefined) return { kind: 'user', userId: user };
  if (status !== undefined) return { kind: 'status', status };
  return fail('explain-nobody', { example: `${command.whole} --status at_risk` });
}
