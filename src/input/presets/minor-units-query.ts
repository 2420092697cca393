import { list, type Sql, sql } from '../../sql/sql.js';
import type { MinorUnits } from './preset.js';

const USUAL_DECIMALS = 2;
/** Behind a text that is no number any more, so that it counts as an amount that could not be read. */
const UNREADABLE = ' in unknown units';

/**
 * A whole number of the smallest unit of a currency as text in its main unit: 1999 USD is 19.99, 500 JPY stays 500. Anything but a
 * whole number, and a number without a currency, becomes a text that reads as no amount. `currency` is undefined where there is no column of it.
 */
export function minorUnitsQuery(text: Sql, currency: Sql | undefined, { zeroDecimals, threeDecimals }: MinorUnits): Sql {
  const code = currency && sql`upper(trim(${currency}))`;
  const isOne = (codes: readonly string[]): Sql => (code === undefined ? sql`false` : sql`list_contains(${list(codes)}, ${code})`);
  const isKnown = code === undefined ? sql`true` : sql`coalesce(${code}, '') <> ''`;
  return sql`case when ${text} is null then null
    when not regexp_full_match(${text}, '-?[0-9]+') or not ${isKnown} then ${text} || ${UNREADABLE}
    when ${isOne(zeroDecimals)} then ${text}
    when ${isOne(threeDecimals)} then ${withPoint(text, 3)}
    else ${withPoint(text, USUAL_DECIMALS)} end`;
}

function withPoint(text: Sql, decimals: number): Sql {
  const digits = sql`ltrim(${text}, '-')`;
  const padded = sql`lpad(${digits}, greatest(strlen(${digits}), ${decimals + 1})::integer, '0')`;
  const sign = sql`case when ${text} like '-%' then '-' else '' end`;
  return sql`${sign} || left(${padded}, (-${decimals})::integer) || '.' || right(${padded}, ${decimals}::integer)`;
}
