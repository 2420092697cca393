import { cellsOfPicture, evenScales, type RfmModel } from '../rfm-model.js';

/** Six segments by R and F in thirds, for a few hundred buyers. */
export const thirds: RfmModel = {
  name: 'thirds',
  summary: 'six segments by R and F, scored from 1 to 3',
  scales: evenScales(3),
  segments: [
    {
      name: 'champions',
      meaning: 'newest third, most orders',
      action: 'reward, early access, referrals',
      activity: { meaning: 'newest third, most days', action: 'reward, early access, referrals' },
    },
    {
      name: 'loyal_customers',
      meaning: 'best third in one, middle in the other',
      action: 'upsell, ask for reviews',
      activity: { meaning: 'best third in one, middle in the other', action: 'offer more, ask for reviews' },
    },
    {
      name: 'recent_customers',
      meaning: 'newest third, fewest orders',
      action: 'onboard, bring the second order',
      activity: { meaning: 'newest third, fewest days', action: 'onboard, bring the second visit' },
    },
    {
      name: 'needs_attention',
      meaning: 'middle third, few or some orders',
      action: 'limited offer on what they like',
      activity: { meaning: 'middle third, few or some days', action: 'remind of what they like' },
    },
    {
      name: 'at_risk_customers',
      meaning: 'bought several times, long ago',
      action: 'personal win-back',
      activity: { meaning: 'here several times, long ago', action: 'personal win-back' },
    },
    {
      name: 'inactive_customers',
      meaning: 'oldest third, fewest orders',
      action: 'cheap reminder or none',
      activity: { meaning: 'oldest third, fewest days', action: 'cheap reminder or none' },
    },
  ],
  cells: cellsOfPicture([
    ['at_risk_customers', 'loyal_customers', 'champions'],
    ['at_risk_customers', 'needs_attention', 'loyal_customers'],
    ['inactive_customers', 'needs_attention', 'recent_customers'],
  ]),
};
