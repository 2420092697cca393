import { describe, expect, it } from 'vitest';
import { SegmentError } from '../../src/errors/segment-error.js';
import { isoOfDay } from '../../src/time/day.js';
import { dayInZone, loadZoneOffsets, type ZoneOffsets } from '../../src/time/zone-offsets.js';
import { printedOffset } from '../support/zone-by-intl.js';

const ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/St_Johns', // changed its clocks at 00:01
  'America/Recife', // summer time of one week in 2000
  'Pacific/Apia', // had no 30 December 2011
  'Asia/Tehran',
  'Antarctica/Troll',
];

function offsetAt(offsets: ZoneOffsets, ms: number): number {
  let offset = offsets.firstOffsetSeconds;
  for (const change of offsets.transitions) if (change.atUtcMs <= ms) offset = change.offsetAfterSeconds;
  return offset;
}

describe('offsets of a zone', () => {
  it.each(ZONES)('agree with Intl one second before and at every change, and every six days in between: %s', (zone) => {
    const offsets = loadZoneOffsets(zone);
    let before = offsets.firstOffsetSeconds;
    for (const change of offsets.transitions) {
      expect(change.offsetBeforeSeconds).toBe(before);
      expect(printedOffset(zone, change.atUtcMs - 1000)).toBe(change.offsetBeforeSeconds);
      expect(printedOffset(zone, change.atUtcMs)).toBe(change.offsetAfterSeconds);
      before = change.offsetAfterSeconds;
    }
    for (let ms = Date.UTC(1990, 0, 1); ms < Date.UTC(2031, 0, 1); ms += 6 * 86_400_000 - 7_000_000) {
      expect(offsetAt(offsets, ms)).toBe(printedOffset(zone, ms));
    }
  });

  it('knows the changes of New York by heart', () => {
    const { transitions, firstOffsetSeconds } = loadZoneOffsets('America/New_York');
    expect(firstOffsetSeconds).toBe(-5 * 3600);
    expect(transitions).toContainEqual({ atUtcMs: Date.UTC(2024, 2, 10, 7), offsetBeforeSeconds: -18_000, offsetAfterSeconds: -14_400 });
    expect(transitions).toContainEqual({ atUtcMs: Date.UTC(2024, 10, 3, 6), offsetBeforeSeconds: -14_400, offsetAfterSeconds: -18_000 });
    expect(transitions).toHaveLength(220); // two a year from 1990 to 2099
  });

  it.each([
    ['UTC', 0],
    ['utc', 0],
    ['Etc/UTC', 0],
    ['+05:30', 19_800],
    ['-0330', -12_600],
    ['+14', 50_400],
    ['Asia/Kathmandu', 20_700],
  ])('%s has no changes', (zone, offset) => {
    expect(loadZoneOffsets(zone)).toEqual({ zone, transitions: [], firstOffsetSeconds: offset });
  });

  it('takes a zone in any case', () => {
    expect(loadZoneOffsets('europe/berlin').transitions).toEqual(loadZoneOffsets('Europe/Berlin').transitions);
  });

  it.each([
    ['Amerika/New_York', 'America/New_York'],
    ['New York', 'America/New_York'],
    ['Berlin', 'Europe/Berlin'],
    ['Europe/Berlim', 'Europe/Berlin'],
  ])('%s is refused and %s suggested', (zone, suggested) => {
    expect(() => loadZoneOffsets(zone)).toThrow(SegmentError);
    expect(() => loadZoneOffsets(zone)).toThrow(suggested);
    expect(() => loadZoneOffsets(zone)).toThrow(zone);
  });

  it.each(['', '+25:00', 'Mars/Olympus', "'; drop table x", '05:30'])('%j is refused', (zone) => {
    expect(() => loadZoneOffsets(zone)).toThrow(SegmentError);
  });
});

it.each([
  ['2024-06-30T22:00:00Z', 'Europe/Berlin', '2024-07-01'],
  ['2024-06-30T21:59:59.999Z', 'Europe/Berlin', '2024-06-30'],
  // Winter there: an hour, not two.
  ['2024-12-31T22:59:59Z', 'europe/berlin', '2024-12-31'],
  ['2024-06-30T18:15:00Z', '+05:45', '2024-07-01'],
  ['2024-07-01T03:29:59Z', '-03:30', '2024-06-30'],
  ['1969-12-31T23:00:00Z', 'UTC', '1969-12-31'],
])('the day of %s in %s is %s', (instant, zone, day) => {
  expect(isoOfDay(dayInZone(new Date(instant), zone))).toBe(day);
});
