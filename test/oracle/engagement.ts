import { dayOfInstant, dayOfIso } from './calendar.js';
import { Fraction } from './fraction.js';

/*
 * `engagement` of PRODUCT §5 a second time: sessions as lists of instants, one after the other. It shares nothing with src/.
 */

export interface EngagementEvent {
  userId: string;
  atMicros: bigint;
  isActivity: boolean;
  /** Empty when the row names no session. */
  sessionId: string;
}

export interface EngagementSettings {
  asOf: string;
  timezone: string;
  days: number;
  powerDays: number;
  casualDays: number;
  gapMinutes: number;
  /** Where a day stands among the days that count; by the calendar unless set. */
  place?: ((day: number) => number) | undefined;
}

interface Session {
  first: bigint;
  last: bigint;
}

/** The segment of each user; '' for who was not active in the window. */
export function engagementOf(events: EngagementEvent[], settings: EngagementSettings): Map<string, string> {
  const asOfDay = dayOfIso(settings.asOf);
  const { place = (day: number): number => day } = settings;
  const today = place(asOfDay);
  const isSeen = ({ atMicros }: EngagementEvent): boolean => dayOfInstant(atMicros, settings.timezone) <= asOfDay;
  const answer = new Map(events.filter(isSeen).map(({ userId }) => [userId, '']));
  const measured = new Map<string, { days: number; time: bigint }>();
  for (const userId of answer.keys()) {
    const own = events.filter((event) => {
      const day = dayOfInstant(event.atMicros, settings.timezone);
      return event.userId === userId && event.isActivity && day <= asOfDay && place(day) > today - settings.days;
    });
    if (own.length === 0) continue;
    const time = sessionsOf(own, settings).reduce((sum, { first, last }) => sum + (last - first), 0n);
    measured.set(userId, { days: new Set(own.map(({ atMicros }) => place(dayOfInstant(atMicros, settings.timezone)))).size, time });
  }
  const edge = quantile80([...measured.values()].map(({ time }) => time));
  for (const [userId, { days, time }] of measured) {
    const hasTime = edge !== undefined && !Fraction.of(time).isBelow(edge);
    answer.set(userId, days >= settings.powerDays && hasTime ? 'power' : days <= settings.casualDays ? 'casual' : 'regular');
  }
  return answer;
}

function sessionsOf(events: EngagementEvent[], { gapMinutes }: EngagementSettings): Session[] {
  const named = new Map<string, Session>();
  const split: Session[] = [];
  for (const { atMicros, sessionId } of events.toSorted((left, right) => (left.atMicros < right.atMicros ? -1 : 1))) {
    const session = sessionId === '' ? split.at(-1) : named.get(sessionId);
    const isOver = sessionId === '' && session !== undefined && atMicros - session.last > BigInt(gapMinutes) * 60_000_000n;
    if (session !== undefined && !isOver) session.last = atMicros;
    else if (sessionId === '') split.push({ first: atMicros, last: atMicros });
    else named.set(sessionId, { first: atMicros, last: atMicros });
  }
  return [...named.values(), ...split];
}

/** Type 7. */
function quantile80(values: bigint[]): Fraction | undefined {
  const sorted = values.toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const position = Fraction.of(4 * (sorted.length - 1), 5);
  const below = sorted[Number(position.floor())];
  if (below === undefined) return undefined;
  const above = sorted[Number(position.floor()) + 1] ?? below;
  return Fraction.of(below).plus(Fraction.of(above - below).times(position.minus(Fraction.of(position.floor()))));
}
