import type { Settings } from '../config/settings.js';
import { prepareSideFile } from '../input/people/side-file.js';
import { columnOfUsers } from '../input/properties.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { carriedProperties } from './carried-properties.js';
import type { CliIo } from './io.js';
import type { PeopleFiles } from './people-files.js';
import { ruleRequests } from './rule-settings.js';
import { type Session, withSession } from './session.js';

/** Enough of a file to see its columns. */
const HEAD = { bytes: 65_536, rows: 1 };

/** The columns of a users file by the names that settings and rules ask for: what is in no column of it is looked for among the events. */
export type UsersColumns = Readonly<Record<string, string>>;

/** What the users file has of what is asked for; undefined without such a file, or where nothing is asked. Errors: those of `prepareSideFile`. */
export async function findUsersColumns(
  io: CliIo,
  settings: Settings,
  definitions: readonly SegmentDefinition[],
  people: PeopleFiles,
): Promise<UsersColumns | undefined> {
  const file = people['--users'];
  const asked = [
    ...carriedProperties(settings).map(({ name }) => name),
    ...settings.where.map(({ property }) => property),
    ...ruleRequests(definitions).ofUsers.map(({ name }) => name),
  ];
  if (file === undefined || asked.length === 0) return undefined;
  const quiet = { ...settings, progress: 'none', verbose: false } as const;
  const columns = await withSession(io, quiet, { inputs: [], people: { '--users': file }, output: undefined }, (session) =>
    columnsOfHead(session, settings),
  );
  return Object.fromEntries(
    [...new Set(asked)].sort().flatMap((name) => {
      const column = columnOfUsers(name, columns);
      return column === undefined ? [] : [[name, column]];
    }),
  );
}

/** The columns of the users file of a session, by its beginning. Errors: those of `prepareSideFile`. */
export async function columnsOfHead({ database, people, spoolDirectory, signal }: Session, { encoding, maxExpand }: Settings) {
  const file = people['--users'];
  if (file === undefined) return [];
  const { file: head } = await prepareSideFile(database, '--users', file, { encoding, maxExpand, spoolDirectory, signal, head: HEAD });
  return head.columns;
}
