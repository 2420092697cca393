import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../../src/config/parse-config-file.js';
import { parseRule } from '../../../src/config/parse-rule.js';
import { printRule } from '../../../src/segmentation/rules/print-rule.js';
import type { Rule } from '../../../src/segmentation/rules/rule.js';
import { type ClassifyRun, classifyOnce, makeRunFolder } from '../../support/classify-once.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());

/** Clocks are those of Berlin, as of Sunday, 30 June 2024. */
const EVENTS = `user_id,timestamp,event,revenue,category
ann,2024-01-10 12:00:00,view,,shoes
ann,2024-06-20 12:00:00,view,,shoes
ann,2024-06-28 10:00:00,view,,hats
ann,2024-06-29 10:00:00,add,,hats
ann,2024-06-29 10:01:30,buy,60.00,hats
ann,2024-06-30 10:00:00,buy,60.00,shoes
bob,2024-04-20 12:00:00,buy,20.00,hats
bob,2024-06-27 12:00:00,add,,hats
bob,2024-06-28 23:30:00,view,,hats
cat,2024-05-31 12:00:00,view,,shoes
cat,2024-06-03 12:00:00,buy,5.00,shoes
cat,2024-06-30 00:30:00,view,,shoes
eve,2024-06-05 12:00:00,view,,coats
eve,2024-06-12 12:00:00,view,,coats
eve,2024-06-19 12:00:00,view,,coats
eve,2024-06-26 12:00:00,view,,shoes
fox,2024-05-20 12:00:00,view,,coats
fox,2024-05-25 12:00:00,view,,coats
gil,2024-03-01 12:00:00,view,,coats
gil,2024-06-25 12:00:00,view,,coats
`;
/** dan is known only from here. */
const USERS = `user_id,signup_date,gender,age,interests,email
ann,2024-01-10,female,30,"cycling, chess",ann@example.com
bob,2024-04-20,male,40,,bob@example.org
cat,2024-05-31,female,25,chess,
dan,2024-06-01,male,26,cycling,dan@example.com
eve,2024-06-05,,45,,
fox,2024-05-20,female,46,cycling,
gil,2024-03-01,,,,
`;
/** What each form says, in words of one form. */
const saidInText = (text: string): string => printed(parseRule(text).value);
const saidInYaml = (yaml: string): string =>
  printed(
    parseConfigFile(`segments:\n  one:\n    where: ${yaml}\n`, 'segment.yaml', (path) => path).layer.get('segments')?.[0]?.segments?.[0]
      ?.definition?.rule,
  );
const printed = (rule: Rule | undefined): string => (rule === undefined ? 'no rule' : printRule(rule));

const EVERYBODY = 'ann bob cat dan eve fox gil';

/** What is to be sayable (PRODUCT §6), in YAML and in the short form, and of whom it holds, by hand. */
const VOCABULARY: readonly (readonly [phrase: string, yaml: string, text: string, users: string])[] = [
  ['did', '{ did: buy }', 'did(buy)', 'ann bob cat'],
  ['did not', '{ did_not: buy }', 'not did(buy)', 'dan eve fox gil'],
  ['a count, at least', '{ did: { event: buy, at_least: 2 } }', 'did(buy) >= 2', 'ann'],
  // Also who never did it, and who is known only from the file of users.
  ['a count, at most', '{ did: { event: buy, at_most: 1 } }', 'did(buy) <= 1', 'bob cat dan eve fox gil'],
  ['a count, exactly', '{ did: { event: view, exactly: 3 } }', 'did(view) = 3', 'ann'],
  ['zero counts as zero', '{ did: { event: view, exactly: 0 } }', 'did(view) = 0', 'dan'],
  ['a count, between', '{ did: { event: view, between: [2, 3] } }', 'did(view) between 2 and 3', 'ann cat fox gil'],
  ['a sum', '{ did: { event: buy, sum: amount, at_least: 20 } }', 'sum(amount of buy) >= 20', 'ann bob'],
  // Without events a sum is 0.
  ['a sum of nothing', '{ did: { event: buy, sum: amount, less_than: 20 } }', 'sum(amount of buy) < 20', 'cat dan eve fox gil'],
  // ann's is 60. Without events there is none.
  ['an average', '{ did: { event: buy, average: amount, less_than: 60 } }', 'average(amount of buy) < 60', 'bob cat'],
  ['distinct values', '{ did: { event: view, distinct: category, at_least: 2 } }', 'distinct(category of view) >= 2', 'ann eve'],
  ['distinct days', '{ did: { event: anything, distinct: days, at_least: 4 } }', 'distinct(days of anything) >= 4', 'ann eve'],
  // The weeks end on 30, 23, 16 and 9 June: ann's 20, 28, 29 and 30 are of two.
  [
    'distinct weeks',
    '{ did: { event: anything, distinct: weeks, at_least: 3, in: last 4 weeks } }',
    'distinct(weeks of anything, last 4 weeks) >= 3',
    'eve',
  ],
  ['the last hours', '{ did: { event: view, in: last 24 hours } }', 'did(view, last 24 hours)', 'cat'],
  ['hours to the minute', '{ did: { event: view, in: last 23 hours } }', 'did(view, last 23h)', ''],
  ['the last days', '{ did: { event: view, in: last 3 days } }', 'did(view, last 3 days)', 'ann bob cat'],
  ['the last weeks', '{ did: { event: view, in: last 2 weeks } }', 'did(view, last 2 weeks)', 'ann bob cat eve gil'],
  // After 30 May.
  ['calendar months', '{ did: { event: view, in: last 1 months } }', 'did(view, last 1 months)', 'ann bob cat eve gil'],
  // 1 April to 16 May; the 20 April is 71 days ago.
  ['days ago', '{ did: { event: buy, in: between 90 and 45 days ago } }', 'did(buy, between 90 and 45 days ago)', 'bob'],
  ['before a date', '{ did: { event: view, before: 2024-05-25 } }', 'did(view, before 2024-05-25)', 'ann fox gil'],
  ['after a date', '{ did: { event: buy, after: 2024-06-03 } }', 'did(buy, after 2024-06-03)', 'ann'],
  // The day first seen and the 6 after it: cat's 31 May and 3 June.
  [
    'within days of first seen',
    '{ did: { event: buy, within: 7 days of first seen } }',
    'did(buy, within 7 days of first seen)',
    'bob cat',
  ],
  ['ever', '{ did: { event: buy, in: ever } }', 'did(buy, ever)', 'ann bob cat'],
  ['the first time', '{ first: { event: buy, in: last 30 days } }', 'first(buy, last 30 days)', 'ann cat'],
  ['the nth time', '{ nth: { n: 2, event: view, in: last 14 days } }', 'nth(2, view, last 14 days)', 'ann cat gil'],
  ['A more often than B', '{ did: { event: view, more_than: { event: buy } } }', 'did(view) > did(buy)', 'ann cat eve fox gil'],
  ['A then B within', '{ did: { event: add, then: buy, within: 2 minutes } }', 'did(add then buy within 2 minutes)', 'ann'],
  ['A then B within less', '{ did: { event: add, then: buy, within: 89 seconds } }', 'did(add then buy within 89 seconds)', ''],
  ['A and not B after it', '{ did: { event: add, then_not: buy, within: 24 hours } }', 'did(add then not buy within 24 hours)', 'bob'],
  ['regularly', '{ regularly: { event: view, in: 3 of last 4 weeks } }', 'regularly(view, 3 of last 4 weeks)', 'eve'],
  // In 20 May to 16 June, and not in 17 to 30 June.
  [
    'stopped',
    '{ stopped: { event: view, in: last 14 days, before_that: 28 days } }',
    'stopped(view, last 14 days, before that 28 days)',
    'fox',
  ],
  // ann did not between 10 January and 20 June, gil not between 1 March and 25 June.
  [
    'restarted',
    '{ restarted: { event: view, in: last 14 days, before_that: 28 days } }',
    'restarted(view, last 14 days, before that 28 days)',
    'ann gil',
  ],
  // Fewer than 20 people have gaps, so P50 is 30: fox's interval is (5 + 60) / 3 = 21.67 days, and 36 days are 1.66 of it.
  ['idle against the own interval', '{ idle: { more_than: 1.6 x usual_interval } }', 'idle > 1.6 x usual_interval', 'fox'],
  ['idle less than that', '{ idle: { more_than: 1.7 x usual_interval } }', 'idle > 1.7 x usual_interval', ''],
  ['hours of the day', '{ did: { event: view, hours: 22 to 4 } }', 'did(view where hours 22 to 4)', 'bob cat'],
  // 28 June is a Friday; ann's 10:00 that day too.
  [
    'days of the week',
    '{ did: { event: view, weekdays: [fri], in: last 3 days } }',
    'did(view where weekdays fri, last 3 days)',
    'ann bob',
  ],
  [
    'properties of events',
    '{ did: { event: buy, where: { category: hats }, in: last 30 days } }',
    'did(buy where category = hats, last 30 days)',
    'ann',
  ],
  // On any condition: the first one with hats, a sequence from hats to hats.
  [
    'properties of a first event',
    '{ first: { event: view, where: { category: hats }, in: last 7 days } }',
    'first(view where category = hats, last 7 days)',
    'ann bob',
  ],
  [
    'properties in a sequence',
    '{ did: { event: view, where: { category: shoes }, then: { event: buy, where: { category: shoes } } } }',
    'did(view where category = shoes then buy where category = shoes)',
    'ann cat',
  ],
  ['a property is', '{ property: { gender: female } }', 'property(gender) = female', 'ann cat fox'],
  ['a property in', '{ property: { age: [25, 26] } }', 'property(age) in (25, 26)', 'cat dan'],
  ['a property contains', '{ property: { interests: { contains: cycling } } }', 'property(interests) contains cycling', 'ann dan fox'],
  ['a property matches', '{ property: { email: { matches: "@example[.]com$" } } }', 'property(email) matches "@example[.]com$"', 'ann dan'],
  ['a property between', '{ property: { age: { between: [25, 45] } } }', 'property(age) between 25 and 45', 'ann bob cat dan eve'],
  ['a property that is set', '{ property: { email: { set: true } } }', 'property(email) is set', 'ann bob dan'],
  ['the latest value', '{ property: { category: hats } }', 'property(category) = hats', 'bob'],
  ['any value', '{ property: { category: { which: any, is: hats } } }', 'property(category, any) = hats', 'ann bob'],
  ['the first value', '{ property: { category: { which: first, is: coats } } }', 'property(category, first) = coats', 'eve fox gil'],
  ['a status', '{ status: never_active }', 'status = never_active', 'dan'],
  ['an RFM segment', '{ rfm_segment: prospects }', 'rfm_segment = prospects', 'dan eve fox gil'],
  // Edges of 5, 20 and 120 by type 7: 11, 17, 60 and 80.
  ['a score', '{ monetary_score: 5 }', 'monetary_score = 5', 'ann'],
  ['a feature', '{ monetary: { at_least: 20 } }', 'monetary >= 20', 'ann bob'],
  ['a day', '{ first_seen: { since: 2024-06-01 } }', 'first_seen >= 2024-06-01', 'dan eve'],
  ['another segment', '{ segment: said_0 }', 'segment(said_0)', 'ann bob cat'],
  ['all', '{ all: [did: buy, { property: { gender: female } }] }', 'did(buy) and property(gender) = female', 'ann cat'],
  ['any', '{ any: [did: add, { status: never_active }] }', 'did(add) or status = never_active', 'ann bob dan'],
  ['not', '{ not: { any: [did: view, did: add] } }', 'not (did(view) or did(add))', 'dan'],
  [
    'per week',
    '{ did: { event: view, at_least: 0.5, per: week, over: last 4 weeks } }',
    'did(view, last 4 weeks) >= 0.5 per week',
    'ann eve',
  ],
  ['anything', '{ did: anything }', 'did(anything)', 'ann bob cat eve fox gil'],
  ['everybody', '{ did: { event: buy, at_least: 0 } }', 'did(buy) >= 0', EVERYBODY],
];

describe('what a rule can say', () => {
  let members: ClassifyRun['members'] = [];
  beforeAll(async () => {
    writeFileSync(join(folder.path, 'events.csv'), EVENTS);
    writeFileSync(join(folder.path, 'users.csv'), USERS);
    const lines = VOCABULARY.map(([, yaml], place) => `  said_${place}:\n    where: ${yaml}\n`);
    writeFileSync(join(folder.path, 'own.yaml'), `segments:\n${lines.join('')}`);
    const files = ['events.csv', '--users', 'users.csv', '--config', 'own.yaml', '--timezone', 'Europe/Berlin', '--as-of', '2024-06-30'];
    const run = await classifyOnce([...files, '--no-proof'], join(folder.path, 'out'), { cwd: folder.path });
    if (run.exitCode !== 0) throw new Error(run.stderr);
    ({ members } = run);
  });

  it.each(VOCABULARY.map((row, place) => [place, ...row] as const))('%i: %s', (place, _phrase, yaml, text, users) => {
    const holding = (column: string): string =>
      members
        .filter((member) => member[column] === 'true')
        .map((member) => member['user_id'])
        .join(' ');
    expect(saidInYaml(yaml)).toBe(saidInText(text));
    expect(holding(`said_${place}`)).toBe(users);
  });
});
