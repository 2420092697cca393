import { normaliseName } from '../../events/normalise-name.js';
import type { Unit } from './classify-result.js';

const ENTITY_UNIT: Unit = { one: 'entity', many: 'entities', articled: 'an entity' };

/** What columns of entities are called, without `_id` and the like, and the plural where it is not that with an s. */
const UNITS: Readonly<Record<string, string>> = {
  account: 'accounts',
  agency: 'agencies',
  branch: 'branches',
  brand: 'brands',
  business: 'businesses',
  client: 'clients',
  clinic: 'clinics',
  club: 'clubs',
  company: 'companies',
  customer: 'customers',
  department: 'departments',
  device: 'devices',
  family: 'families',
  firm: 'firms',
  group: 'groups',
  hotel: 'hotels',
  household: 'households',
  merchant: 'merchants',
  org: 'orgs',
  organisation: 'organisations',
  organization: 'organizations',
  partner: 'partners',
  project: 'projects',
  restaurant: 'restaurants',
  school: 'schools',
  seller: 'sellers',
  shop: 'shops',
  site: 'sites',
  store: 'stores',
  supplier: 'suppliers',
  team: 'teams',
  tenant: 'tenants',
  vendor: 'vendors',
  workspace: 'workspaces',
};
const ENDING = /_?(id|key|uuid|code|name|number|no)$/;

/** A count of them: `1 user`, `4,210 accounts`. */
export function unitsOf(count: number, { one, many }: Unit): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** The word of an entity from its column: `account_id`, `accountId` and `traits.account` are accounts; what says nothing is an entity. */
export function unitOf(column: string): Unit {
  const name = normaliseName(column.split('.').at(-1) ?? column);
  const one = [name, name.replace(ENDING, '')].find((word) => Object.hasOwn(UNITS, word));
  if (one === undefined) return ENTITY_UNIT;
  return { one, many: UNITS[one] ?? '', articled: `${/^[aeio]/.test(one) ? 'an' : 'a'} ${one}` };
}
