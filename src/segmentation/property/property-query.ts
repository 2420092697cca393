import { type PropertyPlace, propertyValue } from '../../events/event-shape.js';
import { ident, type Sql, sql } from '../../sql/sql.js';
import { OTHER, TAKEN_VALUES, UNKNOWN, VALUE_SUFFIX } from './property.js';

/** The relation of the values of a property that are segments, by its place among the properties asked for. */
export const propertyValues = (place: number): Sql => ident(propertyValuesName(place));

export function propertyValuesName(place: number): string {
  return `property_values_${place}`;
}

/** The segment that a row of `users` would have if every value were one; null without a value. */
function segmentOfValue(property: PropertyPlace): Sql {
  const value = propertyValue(property);
  return sql`case when regexp_full_match(${value}, ${TAKEN_VALUES}) then ${value} || ${VALUE_SUFFIX} else ${value} end`;
}

/**
 * `users` → `segment`, `users`: the values of the property that most users have as their latest, at most `most` of them; of equally
 * frequent ones the first, bytewise.
 */
export function propertyValuesQuery(property: PropertyPlace, most: number): Sql {
  return sql`
select segment,
       count(*) as users
from (select ${segmentOfValue(property)} as segment from users) as user_segments
where segment is not null
group by segment
order by users desc,
         segment
limit ${most}`;
}

/** The segment of a row of `users` by the latest value of a property, with the relation of `propertyValuesQuery` at that place. */
export function propertyQuery(property: PropertyPlace, place: number): Sql {
  return sql`case when ${propertyValue(property)} is null then ${UNKNOWN}
            when ${segmentOfValue(property)} in (select segment from ${propertyValues(place)}) then ${segmentOfValue(property)}
            else ${OTHER}
       end`;
}
