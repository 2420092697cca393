export const SEGMENT_COUNT = 50;

const EVENTS = ['purchase', 'view_item', 'add_to_cart', 'search', 'session_start', 'checkout_started', 'add_to_wishlist'] as const;

/**
 * Own segments of three leaves each for exports of the shape shop, as a configuration: hardly two leaves are alike, and each kind of leaf
 * is there. `hand-segments.mjs` writes the same segments.
 */
export function benchSegments(): string {
  const segments = Array.from({ length: SEGMENT_COUNT }, (_, place) => {
    const [event, other] = [nameAt(place), nameAt(place + 2)];
    const first = `did(${event}, last ${7 + 3 * place} days) >= ${1 + (place % 3)}`;
    return `  s${place}: { goal: bench, where: '${first} and ${second(place, event, other)} and ${third(place)}' }\n`;
  });
  return `segments:\n${segments.join('')}`;
}

function nameAt(place: number): string {
  return EVENTS[place % EVENTS.length] ?? '';
}

function second(place: number, event: string, other: string): string {
  const kinds = [
    `sum(amount of purchase, last ${30 + 5 * place} days) >= ${20 + place}`,
    `did(${other} where country = DE, last ${60 + place} days)`,
    `distinct(days of anything, last ${14 + place} days) >= 3`,
    `did(${other}, between ${90 + place} and ${20 + place} days ago)`,
    `regularly(${other}, ${1 + (place % 4)} of last 8 weeks)`,
    'not did(purchase, after last add_to_cart)',
    `did(${event} then purchase within ${1 + (place % 5)} hours)`,
    `did(${other}, within ${7 + place} days of first seen)`,
    `did(${event} where hours 20 to 2) >= 2`,
    `did(${event}) > 2 x did(${other})`,
  ];
  return kinds[place % kinds.length] ?? '';
}

function third(place: number): string {
  const kinds = ['paying = paid', `monetary >= ${50 + place}`, `idle <= ${30 + place} days`, 'property(device) = android'];
  return kinds[place % kinds.length] ?? '';
}
