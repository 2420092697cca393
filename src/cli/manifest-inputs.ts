import type { ReadableFile } from '../input/readers/reader.js';
import type { ManifestInput } from '../membership/publish/manifest.js';

/** The files that a user named; an archive once, whatever the number of files in it. */
export function manifestInputs(read: readonly { readonly file: ReadableFile }[]): ManifestInput[] {
  const inputs = read.map(({ file }) => file.source.origin ?? { ...file.source, sha256: file.sha256 });
  const once = new Map(inputs.map((input) => [input.path, input]));
  return [...once.values()].map(({ name, size, sha256 }) => ({ name, size, sha256 }));
}
