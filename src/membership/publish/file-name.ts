import { createHash } from 'node:crypto';

const LONGEST = 64;
const HASH_LENGTH = 8;
const SAFE = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** Names that Windows keeps for devices, whatever follows the first dot. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/;

/**
 * The file name of a segment. Plain lower-case names stay as they are; any other text becomes a safe slug
 * with a hash of the text, so that two segments never share a file, also where case does not count.
 * An empty `extension` names a folder.
 */
export function segmentFileName(segment: string, extension: string): string {
  return `${isPlain(segment) ? segment : hashedSlug(segment)}${extension === '' ? '' : `.${extension}`}`;
}

/** A plain name that ends like a hashed one would meet the slug of another segment. */
function isPlain(segment: string): boolean {
  return SAFE.test(segment) && !segment.endsWith('.') && !RESERVED.test(segment) && !/-[0-9a-f]{8}$/.test(segment);
}

function hashedSlug(segment: string): string {
  const slug = segment
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, LONGEST - HASH_LENGTH - 1)
    .replace(/[_-]+$/, '');
  const hash = createHash('sha256').update(segment, 'utf8').digest('hex').slice(0, HASH_LENGTH);
  return `${slug === '' ? 'segment' : slug}-${hash}`;
}
