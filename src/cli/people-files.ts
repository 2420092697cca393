import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import type { SideFlag } from '../input/people/side-file.js';
import { findInputFiles, type InputFile } from '../input/sources.js';

/** The files of people that flags name. */
export type PeopleFiles = Readonly<Partial<Record<SideFlag, InputFile>>>;

/** Finds the files of people. Errors: those of `findInputFiles`, `side-stdin`, `side-several`. */
export async function findPeopleFiles(settings: Settings, cwd: string): Promise<PeopleFiles> {
  const files: Partial<Record<SideFlag, InputFile>> = {};
  for (const [flag, path] of pathsOf(settings)) {
    if (path === '-') fail('side-stdin', { flag });
    files[flag] = onlyFile(flag, path, await findInputFiles([path], cwd));
  }
  return files;
}

/** Each file, or the one within it. Error: `side-several`. */
export async function mapPeopleFiles(people: PeopleFiles, open: (file: InputFile) => Promise<readonly InputFile[]>): Promise<PeopleFiles> {
  const files: Partial<Record<SideFlag, InputFile>> = {};
  for (const [flag, file] of Object.entries(people) as [SideFlag, InputFile][]) files[flag] = onlyFile(flag, file.name, await open(file));
  return files;
}

function onlyFile(flag: SideFlag, path: string, files: readonly InputFile[]): InputFile {
  const [file] = files;
  return file === undefined || files.length > 1 ? fail('side-several', { flag, path, files: files.length }) : file;
}

/** The files as they were named. */
function pathsOf({ users, identity, only, exclude, ids, suppress }: Settings): [SideFlag, string][] {
  const named: [SideFlag, string | undefined][] = [
    ['--users', users],
    ['--identity', identity],
    ['--only', only],
    ['--exclude', exclude],
    ['--ids', ids],
    ['--suppress', suppress],
  ];
  return named.flatMap(([flag, path]) => (path === undefined ? [] : [[flag, path]]));
}

/** All of them, once each. */
export function listPeopleFiles(people: PeopleFiles): InputFile[] {
  return Object.values(people);
}
