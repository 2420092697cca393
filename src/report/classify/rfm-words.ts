import type { RfmSegment } from '../../segmentation/rfm/rfm.js';
import { RFM_SEGMENTS } from '../../segmentation/rfm/rfm.js';

interface Words {
  readonly meaning: string;
  readonly action: string;
}

/** What the RFM segments mean where nobody ordered and active days are scored instead. */
const ACTIVITY_WORDS: Readonly<Record<RfmSegment, Words>> = {
  champions: { meaning: 'here very recently, on the most days', action: 'reward, early access, referrals' },
  loyal_customers: { meaning: 'here often and lately', action: 'offer more, ask for reviews' },
  potential_loyalists: { meaning: 'here lately, on some days', action: 'offer membership, show more' },
  new_customers: { meaning: 'here very recently, on few days', action: 'onboard, bring the second visit' },
  promising: { meaning: 'here recently, on few days', action: 'build awareness' },
  needs_attention: { meaning: 'average visitors cooling off', action: 'remind of what they like' },
  about_to_sleep: { meaning: 'few days, a while ago', action: 'share what is popular, reconnect' },
  at_risk_customers: { meaning: 'here often, long ago', action: 'personal win-back' },
  cant_lose: { meaning: 'here most often, now gone quiet', action: 'call, ask what went wrong' },
  hibernating: { meaning: 'few days, long ago', action: 'cheap reminder or none' },
  lost: { meaning: 'last active before the lookback', action: 'leave out of paid campaigns' },
  prospects: { meaning: 'never active', action: 'bring the first visit' },
};

/** Meaning and action of an RFM segment, in orders or in active days. */
export function rfmWords(segment: RfmSegment, basis: 'orders' | 'activity'): Words {
  const words = RFM_SEGMENTS.find(({ name }) => name === segment);
  if (basis === 'activity' || words === undefined) return ACTIVITY_WORDS[segment];
  return words;
}
