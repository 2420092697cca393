import { expect, test } from 'vitest';
import { definitionChanges, definitionsOf } from '../../../src/analysis/check/definitions.js';

test('what decides is a definition, and what moves every night is none', () => {
  const settings = {
    set: { 'new.days': 14 },
    rfm: 'grid',
    as_of: '2026-06-30',
    since: '2026-01-01',
    format: 'csv',
    user_column: null,
    where: [{ isNegated: false, property: 'plan', test: { kind: 'in', values: ['pro'] }, text: 'plan=pro' }],
    by: [{ kind: 'engagement' }, { kind: 'property', column: 'plan' }],
    value_event: ['order', 'buy'],
    users: 'a1b2',
    only: '0123456789abcdef',
    frozen: { populationGaps: { p50: 3 }, edges: { monetary: null, frequency: ['1', '2'] } },
  };
  expect(definitionsOf(settings, new Set(['set', 'rfm', 'as_of', 'since', 'user_column', 'where', 'value_event', 'by']))).toEqual({
    'set.new.days': '14',
    rfm: 'grid',
    since: 'given',
    where: 'plan=pro',
    by: 'engagement, property:plan',
    value_event: 'order, buy',
    users: 'given',
    only: '0123456789ab',
    'frozen.populationGaps.p50': '3',
    'frozen.edges.frequency': '1, 2',
  });
});

test('what differs is told by name, and nothing is where definitions are not known', () => {
  const [before, after] = [
    { where: 'plan=pro', rfm: 'grid' },
    { rfm: 'thirds', lookback: 'all' },
  ];
  expect(definitionChanges(before, after)).toEqual([
    { name: 'lookback', before: null, after: 'all' },
    { name: 'rfm', before: 'grid', after: 'thirds' },
    { name: 'where', before: 'plan=pro', after: null },
  ]);
  expect(definitionChanges(before, after, (name) => name === 'where').map(({ name }) => name)).toEqual(['where']);
  expect(definitionChanges(null, after)).toEqual([]);
});

test('a role of events that is switched off is not one that nobody named', () => {
  const deciding = new Set(['churn_event', 'where']);
  expect(definitionsOf({ churn_event: [], where: [] }, deciding)).toEqual({ churn_event: 'none' });
  expect(definitionsOf({ churn_event: null, where: [] }, deciding)).toEqual({});
  expect(definitionsOf({ churn_event: ['left', 'gone'] }, deciding)).toEqual({ churn_event: 'left, gone' });
});
