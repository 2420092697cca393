import { shellWord } from '../../errors/shell-word.js';
import type { FileOrigin, InputFile } from '../sources.js';

/** A copy of a text file that stock DuckDB reads as we read the file. */
export interface ScriptCopy {
  readonly path: string;
  /** A line of the shell that makes it. */
  readonly command: string;
}

/** What else than its bytes keeps DuckDB from reading a file as it stands. */
export interface CopiedLayout {
  readonly hasOtherRecordEnds: boolean;
  /** Blanks stand between the fields. */
  readonly isBlankSeparated?: boolean;
  /** A byte order mark stands where none may. */
  readonly hasMark?: boolean;
}

/** The copy a script has to name in place of a file, or undefined where the file itself will do. */
export function scriptCopy(file: InputFile, encoding: string, layout: CopiedLayout): ScriptCopy | undefined {
  const { path, compression, format, origin } = file;
  const { hasOtherRecordEnds, isBlankSeparated = false, hasMark = false } = layout;
  // DuckDB unpacks what is named so; zstd with frames to skip it does not.
  const isPacked = compression === 'zstd' || (compression === 'gzip' && !path.endsWith('.gz'));
  if (origin === undefined && !isPacked && encoding === 'utf-8' && !hasOtherRecordEnds && !isBlankSeparated && !hasMark) return undefined;
  const steps = [
    ...(compression === 'none' ? [] : [`${compression} -dc`]),
    ...(encoding === 'utf-8' ? [] : [`iconv -f ${encoding} -t utf-8`]),
    ...(hasMark ? [`perl -pe 's/^\\xEF\\xBB\\xBF// if $. == 1'`] : []),
    ...(hasOtherRecordEnds ? [`perl -pe 's/\\r\\n?/\\n/g'`] : []),
    ...(isBlankSeparated ? [`perl -lpe 's/^\\s+|\\s+$//g; s/\\s+/,/g'`] : []),
  ];
  if (origin !== undefined) return copyOfOrigin(origin, format, steps);
  const copy = `${path}.utf8.${format}`;
  const [first, ...others] = steps;
  return { path: copy, command: `${[`${first} < ${shellWord(path)}`, ...others].join(' | ')} > ${shellWord(copy)}` };
}

/** What was piped in must be saved first; a file within an archive is taken out of it. */
function copyOfOrigin({ path, name, isStdin, member }: FileOrigin, format: string, steps: readonly string[]): ScriptCopy {
  if (member === undefined) {
    const copy = `${name}.${format}`;
    return { path: copy, command: `${steps.length === 0 ? 'cat' : steps.join(' | ')} > ${shellWord(copy)}` };
  }
  const archive = isStdin ? `${name}.zip` : path;
  const copy = `${archive}.${member.name.replaceAll('/', '-')}.${format}`;
  const pattern = member.name.replaceAll(/[\\*?[\]]/g, (sign) => `\\${sign}`);
  const unzip = `unzip -p ${shellWord(archive)} ${shellWord(pattern)}`;
  return {
    path: copy,
    command: `${isStdin ? `cat > ${shellWord(archive)} && ` : ''}${[unzip, ...steps].join(' | ')} > ${shellWord(copy)}`,
  };
}
