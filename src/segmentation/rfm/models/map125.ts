import { evenScales, type RfmModel, type RfmSegmentInfo } from '../rfm-model.js';

/** Each segment with its scores, as R, F and M stand in `rfm_score`. */
const SEGMENTS: readonly (RfmSegmentInfo & { readonly scores: string })[] = [
  {
    name: 'champions',
    meaning: 'buy often, lately, for much',
    action: 'reward, early access, referrals',
    scores: '555 554 545 544 455 445 454',
  },
  {
    name: 'loyal_customers',
    meaning: 'buy often and for much, not long ago',
    action: 'upsell, ask for reviews',
    scores: '543 444 435 355 354 345 344 335',
  },
  {
    name: 'potential_loyalists',
    meaning: 'recent buyers with some orders, less money',
    action: 'offer membership, recommend more',
    scores: '553 551 552 541 542 533 532 531 452 451 442 441 431 453 433 432 423 353 352 351 342 341 333 323',
  },
  {
    name: 'new_customers',
    meaning: 'bought recently, few orders, little money',
    action: 'onboard, bring the second order',
    scores: '512 511 422 421 412 411 311',
  },
  {
    name: 'promising',
    meaning: 'bought recently, few orders, some money',
    action: 'build awareness, small incentive',
    scores: '525 524 523 522 521 515 514 513 425 424 413 414 415 315 314 313',
  },
  {
    name: 'needs_attention',
    meaning: 'spend much, in the middle otherwise',
    action: 'limited offer on what they like',
    scores: '535 534 443 434 343 334 325 324',
  },
  {
    name: 'about_to_sleep',
    meaning: 'few orders, little money, a while ago',
    action: 'share popular products, reconnect',
    scores: '331 321 312 221 213',
  },
  {
    name: 'at_risk_customers',
    meaning: 'bought for much or often, long ago',
    action: 'personal win-back',
    scores: '255 254 245 244 253 252 243 242 235 234 225 224 153 152 145 143 142 135 134 133 125 124',
  },
  {
    name: 'cant_lose',
    meaning: 'spent most, now gone quiet',
    action: 'call, ask what went wrong',
    scores: '155 154 144 214 215 115 114 113',
  },
  {
    name: 'hibernating',
    meaning: 'few orders, little money, long ago',
    action: 'cheap reminder',
    scores: '332 322 231 241 251 233 232 223 222 132 123 122 212 211',
  },
  {
    name: 'almost_lost',
    meaning: 'least money, longest ago',
    action: 'cheap reminder or none',
    scores: '111 112 121 131 141 151',
  },
];

const SCORES = [1, 2, 3, 4, 5] as const;

/** Eleven segments by R, F and M: the map of 125 cells that is widely copied. Its "lost" is `almost_lost` here, as `lost` is for users without a score. */
export const map125: RfmModel = {
  name: 'map125',
  summary: 'eleven segments by R, F and M, scored from 1 to 5',
  scales: evenScales(5),
  segments: SEGMENTS.map(({ name, meaning, action }) => ({ name, meaning, action })),
  cells: SCORES.map((recency) => SCORES.map((frequency) => SCORES.map((monetary) => segmentWith(`${recency}${frequency}${monetary}`)))),
};

function segmentWith(score: string): string {
  return SEGMENTS.find(({ scores }) => scores.split(' ').includes(score))?.name ?? '';
}
