import { listed } from '../../errors/messages.js';
import type { InputNote } from '../input-note.js';
import type { InputFile } from '../sources.js';

/** Which files of archives are not read, a remark an archive. */
export function leftOutNotes(sources: readonly InputFile[]): InputNote[] {
  const archives = new Map(
    sources.flatMap(({ origin }) => (origin === undefined || origin.leftOut.length === 0 ? [] : [[origin.path, origin]])),
  );
  return [...archives.values()].map(({ name, leftOut }) => ({
    code: 'left_out_files',
    message: `${leftOut.length} of the files in ${name} ${leftOut.length === 1 ? 'is' : 'are'} not read, as the name is none of a data file: ${listed(leftOut, 5)}`,
  }));
}
