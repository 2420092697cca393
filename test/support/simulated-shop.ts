import type { Random } from './messy-export.js';

export const SHOP_HEAD = 'event_id,user_id,occurred_at,event,amount,plan\n';
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2022, 0, 3);
const YEAR = 365;

interface Shopper {
  readonly id: string;
  /** Number of the day on which they come for the first and the last time. */
  readonly from: number;
  readonly until: number;
  /** Chance of being there on a day, before weekends and seasons. */
  readonly rate: number;
  /** When the season makes them come: summer, winter, or never mind. */
  readonly season: -1 | 0 | 1;
  readonly buys: number;
}

/** ISO day of a simulated day, counted from 0. */
export function isoDay(day: number): string {
  return new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);
}

/** The clock on the morning after a day, when its export is there. */
export function morningAfter(day: number): Date {
  return new Date(FIRST_DAY + (day + 1) * DAY_MS + 2 * 3_600_000);
}

/** Tens of people with habits, seasons, weekends, last days and returns; what they do on a day as lines of an export. */
export class SimulatedShop {
  readonly #random: Random;
  readonly #shoppers: readonly Shopper[];

  constructor(random: Random, users: number, days: number) {
    this.#random = random;
    this.#shoppers = Array.from({ length: users }, (_, index) => {
      const from = index < users / 3 ? Math.floor(random() * 10) : Math.floor(random() * days);
      return {
        id: `u${String(index).padStart(3, '0')}`,
        from,
        until: random() < 0.5 ? days * 2 : from + Math.floor(random() * 120),
        rate: [0.9, 0.5, 0.2, 0.07, 0.02][Math.floor(random() * 5)] ?? 0.2,
        season: ([-1, 0, 0, 1] as const)[Math.floor(random() * 4)] ?? 0,
        buys: random() * 0.6,
      };
    });
  }

  /** The lines of a day, each with an event id of its own; at least one. */
  linesOf(day: number): string[] {
    const lines: string[] = [];
    const weekday = new Date(FIRST_DAY + day * DAY_MS).getUTCDay();
    const weekend = weekday === 0 || weekday === 6 ? 1.4 : 1;
    const wave = Math.sin((2 * Math.PI * day) / YEAR);
    const add = (user: string, event: string, amount: string): void => {
      const second = Math.floor(this.#random() * 86_400);
      const at = new Date(FIRST_DAY + day * DAY_MS + second * 1000).toISOString();
      lines.push(`d${day}-${lines.length},${user},${at},${event},${amount},p${day % 3}\n`);
    };
    for (const { id, from, until, rate, season, buys } of this.#shoppers) {
      if (day < from || day > until) continue;
      if (day === until && this.#random() < 0.4) add(id, 'uninstall', '');
      const isThere = day === from || this.#random() < rate * weekend * Math.max(0.05, 1 + season * wave);
      if (this.#random() < 0.1) add(id, 'email_sent', '');
      if (!isThere) continue;
      add(id, 'login', '');
      if (this.#random() < buys) add(id, 'purchase', (this.#random() * 90 + 1).toFixed(2));
      if (this.#random() < 0.02) add(id, 'refund', (this.#random() * 9 + 1).toFixed(2));
    }
    if (lines.length === 0) add(this.#shoppers[0]?.id ?? 'u000', 'login', '');
    return lines;
  }
}
