import { listed } from '../../errors/messages.js';
import type { InputNote } from '../input-note.js';
import type { InputFile } from '../sources.js';

/** Remarks on packed files: which files of an archive are not read, and which have nothing that tells whether they are whole. */
export function packingNotes(sources: readonly InputFile[]): InputNote[] {
  const unchecked = sources.filter(({ isUnchecked }) => isUnchecked);
  if (unchecked.length === 0) return leftOutNotes(sources);
  const names = listed(
    unchecked.map(({ name }) => name),
    5,
  );
  const message = `no checksum is in ${names}: a zstd file without one that was damaged within can pass for whole; zstd --check writes one`;
  return [...leftOutNotes(sources), { code: 'unchecked_files', message }];
}

function leftOutNotes(sources: readonly InputFile[]): InputNote[] {
  const archives = new Map(
    sources.flatMap(({ origin }) => (origin === undefined || origin.leftOut.length === 0 ? [] : [[origin.path, origin]])),
  );
  return [...archives.values()].map(({ name, leftOut }) => ({
    code: 'left_out_files',
    message: `${leftOut.length} of the files in ${name} ${leftOut.length === 1 ? 'is' : 'are'} not read, as the name is none of a data file: ${listed(leftOut, 5)}`,
  }));
}
