import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { userPropertyColumn } from '../events/event-shape.js';
import { boundIfExceeded } from '../input/check-rejects.js';
import { holdsQuery } from '../input/conditions.js';
import type { LoadedEvents } from '../input/load-events.js';
import { type IdList, type IdListFlag, loadIdList } from '../input/people/id-list.js';
import { type IdentityMap, loadIdentityMap } from '../input/people/identity-map.js';
import { prepareSideFile, type SideFile, type SideFlag } from '../input/people/side-file.js';
import type { TableStep } from '../input/people/table-step.js';
import { loadUsersFile, type UsersFile } from '../input/people/users-file.js';
import { sql } from '../sql/sql.js';
import { loadZoneOffsets } from '../time/zone-offsets.js';
import type { PeopleFilter } from '../users/known-users-query.js';
import type { PeopleFiles } from './people-files.js';
import { rejectBound } from './reject-bound.js';
import type { Session } from './session.js';

/** The files of people, checked and with their columns. */
export type PreparedPeople = Readonly<Partial<Record<SideFlag, SideFile>>>;

/** The files of people as they stand in the database. */
export interface LoadedPeople {
  readonly prepared: PreparedPeople;
  readonly identity: IdentityMap | undefined;
  readonly users: UsersFile | undefined;
  readonly only: IdList | undefined;
  readonly exclude: IdList | undefined;
  /** Who stays; undefined without any filter, also of events. */
  readonly filter: PeopleFilter | undefined;
  /** Conditions on events and on people, as they were given. */
  readonly where: readonly string[];
}

/** Checks the files of people, and finds their columns. */
export async function preparePeople(session: Session, settings: Settings): Promise<PreparedPeople> {
  const { database, people: files, spoolDirectory, signal } = session;
  const { encoding, maxExpand } = settings;
  const prepared: Partial<Record<SideFlag, SideFile>> = {};
  for (const [flag, file] of Object.entries(files) as [SideFlag, NonNullable<PeopleFiles[SideFlag]>][]) {
    prepared[flag] = await prepareSideFile(database, flag, file, { encoding, maxExpand, spoolDirectory, signal });
  }
  return prepared;
}

/** Makes the table `identities`, which the events are read with. */
export async function loadIdentities(
  { database }: Session,
  prepared: PreparedPeople,
  settings: Settings,
): Promise<IdentityMap | undefined> {
  const side = prepared['--identity'];
  if (side === undefined) return undefined;
  const identity = await loadIdentityMap(database, side);
  refuseRejects(identity, settings);
  return identity;
}

/** Makes tables of the other files of people, once it is known what of them is asked for. */
export async function loadPeople(
  session: Session,
  prepared: PreparedPeople,
  identity: IdentityMap | undefined,
  loaded: LoadedEvents,
  { settings, command }: { readonly settings: Settings; readonly command: string },
): Promise<LoadedPeople> {
  const users = await loadUsers(session, prepared['--users'], loaded, settings, command);
  if (users !== undefined) refuseRejects(users, settings);
  const list = async (flag: IdListFlag): Promise<IdList | undefined> => {
    const side = prepared[flag];
    if (side === undefined) return undefined;
    const ids = await loadIdList(
      session.database,
      { ...side, flag },
      { userOfEvents: loaded.mapping.columns.user, hasIdentity: loaded.shape.hasAliases },
    );
    refuseRejects(ids, settings);
    return ids;
  };
  const only = await list('--only');
  const exclude = await list('--exclude');
  const conditions = loaded.userConditions.map(({ index, condition }) =>
    holdsQuery(sql`listed_users.${userPropertyColumn(index)}`, condition),
  );
  const filter = { hasOnly: only !== undefined, hasExcluded: exclude !== undefined, conditions };
  const isFiltered = filter.hasOnly || filter.hasExcluded || settings.where.length > 0;
  return {
    prepared,
    identity,
    users,
    only,
    exclude,
    filter: isFiltered ? filter : undefined,
    where: settings.where.map(({ text }) => text),
  };
}

/** The statements that read the files of people, in the order in which they run; with named paths. */
export function peopleSteps({ identity, users, only, exclude }: LoadedPeople): TableStep[] {
  return [identity, users, only, exclude].flatMap((one) => one?.steps(true) ?? []);
}

async function loadUsers(
  { database }: Session,
  side: SideFile | undefined,
  loaded: LoadedEvents,
  settings: Settings,
  command: string,
): Promise<UsersFile | undefined> {
  if (side === undefined) return undefined;
  return loadUsersFile(database, side, {
    userColumn: settings.usersColumn,
    signupColumn: settings.signupColumn,
    signupFormat: settings.signupFormat,
    userOfEvents: loaded.mapping.columns.user,
    zone: loadZoneOffsets(settings.timezone),
    properties: loaded.userProperties,
    askedProperties: loaded.askedUserProperties,
    hasIdentity: loaded.shape.hasAliases,
    command,
  });
}

export interface ReadSide {
  readonly side: SideFile;
  readonly counts: { readonly rejected: number; readonly total: number };
}

/** Error: `side-rejects`. */
export function refuseRejects({ side: { flag, file }, counts: { rejected, total } }: ReadSide, settings: Settings): void {
  const bound = boundIfExceeded(rejected, total, rejectBound(settings));
  if (bound !== undefined) fail('side-rejects', { flag, file: file.source.name, rejected, total, bound });
}
