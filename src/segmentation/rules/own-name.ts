import { OWN_SEGMENTATION } from './rule.js';

const OWN = `${OWN_SEGMENTATION}:`;

/** The own segment that a text such as `rules:vip` means as a segmentation: its members against everybody else. */
export function parseOwn(text: string): string | undefined {
  const segment = text.startsWith(OWN) ? text.slice(OWN.length).trim() : '';
  return segment === '' ? undefined : segment;
}

/** The reverse. */
export function ownName(segment: string): string {
  return `${OWN}${segment}`;
}
