import { expect, test } from 'vitest';
import { definitionsOf } from '../../../src/analysis/check/definitions.js';

test('what decides is a definition, and what moves every night is none', () => {
  const settings = {
    set: { 'new.days': 14 },
    rfm: 'grid',
    as_of: '2026-06-30',
    since: '2026-01-01',
    format: 'csv',
    user_column: null,
    where: [],
    value_event: ['order', 'buy'],
    users: 'a1b2',
    frozen: { populationGaps: { p50: 3 }, edges: { monetary: null, frequency: ['1', '2'] } },
  };
  expect(definitionsOf(settings, new Set(['set', 'rfm', 'as_of', 'since', 'user_column', 'where', 'value_event']))).toEqual({
    'set.new.days': '14',
    rfm: 'grid',
    value_event: 'order, buy',
    users: 'given',
    'frozen.populationGaps.p50': '3',
    'frozen.edges.frequency': '1, 2',
  });
});
