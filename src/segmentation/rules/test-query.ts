import { join, type Sql, sql } from '../../sql/sql.js';
import { isDateWithin, isNumberWithin, isWithin } from '../../sql/text-range.js';
import { decimalOfUnits, unitsOfDecimal } from './decimal.js';
import type { Test } from './rule.js';

const DECIMAL = /^[+-]?\d+(\.\d*)?$/;

/** Whether a text (null: none) meets a test, true or false for every text. Texts are compared bytewise; a range of numbers or days is one of what the text says. */
export function testQuery(text: Sql, test: Test): Sql {
  const holds = holdsQuery(text, test);
  return test.isNegated ? sql`(not ${holds})` : holds;
}

/** The same of a column of numbers. */
export function numberTestQuery(number: Sql, test: Test): Sql {
  if (test.kind !== 'numbers') return testQuery(sql`${number}::varchar`, test);
  const holds = sql`coalesce(${join(isWithin(number, test, decimalQuery), sql` and `)}, false)`;
  return test.isNegated ? sql`(not ${holds})` : holds;
}

/** An amount as text, without zeros at its end. */
export function amountText(amount: Sql): Sql {
  return sql`rtrim(rtrim(${amount}::varchar, '0'), '.')`;
}

/** The same of the amount of an event; a list of values means amounts, however they are written. */
export function amountTestQuery(amount: Sql, test: Test): Sql {
  if (test.kind === 'numbers') return numberTestQuery(amount, test);
  if (test.kind !== 'in') return testQuery(amountText(amount), test);
  const numbers = test.values.filter((value) => DECIMAL.test(value)).map((value) => decimalQuery(value));
  const holds = numbers.length === 0 ? sql`false` : sql`coalesce(${amount} in (${join(numbers)}), false)`;
  return test.isNegated ? sql`(not ${holds})` : holds;
}

function decimalQuery(text: string): Sql {
  return sql`${decimalOfUnits(unitsOfDecimal(text))}::decimal(38, 10)`;
}

function holdsQuery(text: Sql, test: Test): Sql {
  switch (test.kind) {
    case 'set':
      return sql`(${text} is not null)`;
    case 'in':
      return sql`coalesce(${text} in (${join(test.values.map((value) => sql`${value}`))}), false)`;
    case 'contains':
      return sql`coalesce(contains(${text}, ${test.text}), false)`;
    case 'matches':
      return sql`coalesce(regexp_matches(${text}, ${test.pattern}), false)`;
    case 'numbers':
      return isNumberWithin(text, test);
    case 'dates':
      return isDateWithin(text, test);
  }
}
