import { cellsOfPicture, evenScales, type RfmModel } from '../rfm-model.js';

/** Ten segments by R and F (PRODUCT §4). */
export const grid: RfmModel = {
  name: 'grid',
  summary: 'ten segments by R and F, scored from 1 to 5',
  scales: evenScales(5),
  segments: [
    {
      name: 'champions',
      meaning: 'bought very recently and most often',
      action: 'reward, early access, referrals',
      activity: { meaning: 'here very recently, on the most days', action: 'reward, early access, referrals' },
    },
    {
      name: 'loyal_customers',
      meaning: 'buy often and lately',
      action: 'upsell, ask for reviews',
      activity: { meaning: 'here often and lately', action: 'offer more, ask for reviews' },
    },
    {
      name: 'potential_loyalists',
      meaning: 'recent buyers with some orders',
      action: 'offer membership, recommend more',
      activity: { meaning: 'here lately, on some days', action: 'offer membership, show more' },
    },
    {
      name: 'new_customers',
      meaning: 'bought very recently, few orders',
      action: 'onboard, bring the second order',
      activity: { meaning: 'here very recently, on few days', action: 'onboard, bring the second visit' },
    },
    {
      name: 'promising',
      meaning: 'bought recently, few orders',
      action: 'build awareness, small incentive',
      activity: { meaning: 'here recently, on few days', action: 'build awareness' },
    },
    {
      name: 'needs_attention',
      meaning: 'average buyers cooling off',
      action: 'limited offer on what they like',
      activity: { meaning: 'average visitors cooling off', action: 'remind of what they like' },
    },
    {
      name: 'about_to_sleep',
      meaning: 'few orders, a while ago',
      action: 'share popular products, reconnect',
      activity: { meaning: 'few days, a while ago', action: 'share what is popular, reconnect' },
    },
    {
      name: 'at_risk_customers',
      meaning: 'bought often, long ago',
      action: 'personal win-back',
      activity: { meaning: 'here often, long ago', action: 'personal win-back' },
    },
    {
      name: 'cant_lose',
      meaning: 'bought most often, now gone quiet',
      action: 'call, ask what went wrong',
      activity: { meaning: 'here most often, now gone quiet', action: 'call, ask what went wrong' },
    },
    {
      name: 'hibernating',
      meaning: 'few orders, long ago',
      action: 'cheap reminder or none',
      activity: { meaning: 'few days, long ago', action: 'cheap reminder or none' },
    },
  ],
  cells: cellsOfPicture([
    ['cant_lose', 'cant_lose', 'loyal_customers', 'loyal_customers', 'champions'],
    ['at_risk_customers', 'at_risk_customers', 'loyal_customers', 'loyal_customers', 'champions'],
    ['at_risk_customers', 'at_risk_customers', 'needs_attention', 'potential_loyalists', 'potential_loyalists'],
    ['hibernating', 'hibernating', 'about_to_sleep', 'potential_loyalists', 'potential_loyalists'],
    ['hibernating', 'hibernating', 'about_to_sleep', 'promising', 'new_customers'],
  ]),
};
