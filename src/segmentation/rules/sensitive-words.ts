import { normaliseName } from '../../events/normalise-name.js';

/** Words of names that hint at somebody's health. */
export const HEALTH_WORDS: readonly string[] = [
  'addict',
  'addiction',
  'alcoholic',
  'anorexia',
  'anxiety',
  'arthritis',
  'asthma',
  'autism',
  'autistic',
  'cancer',
  'dementia',
  'depressed',
  'depression',
  'diabetes',
  'diabetic',
  'diagnosis',
  'disability',
  'disabled',
  'disease',
  'epilepsy',
  'fertility',
  'health_condition',
  'hiv',
  'illness',
  'infertility',
  'insomnia',
  'medical',
  'medication',
  'menopause',
  'mental_health',
  'obese',
  'obesity',
  'overweight',
  'patient',
  'pregnancy',
  'pregnant',
  'prescription',
  'psychiatric',
  'rehab',
  'sick',
  'surgery',
  'symptom',
  'therapy',
  'transplant',
  'weight_loss',
];

/** Words of names that hint at trouble with money. */
export const MONEY_TROUBLE_WORDS: readonly string[] = [
  'arrears',
  'bad_credit',
  'bankrupt',
  'bankruptcy',
  'broke',
  'credit_score',
  'debt',
  'debtor',
  'delinquent',
  'evicted',
  'eviction',
  'food_stamp',
  'foreclosure',
  'homeless',
  'in_default',
  'indebted',
  'insolvency',
  'insolvent',
  'jobless',
  'laid_off',
  'low_income',
  'overdraft',
  'overdrawn',
  'payday_loan',
  'poor',
  'poverty',
  'subprime',
  'unemployed',
  'unemployment',
  'welfare',
];

/** The first word of a name that hints at health or money trouble, whatever its case, also as a plural; undefined for none. */
export function sensitiveWord(name: string): { readonly word: string; readonly about: 'health' | 'money trouble' } | undefined {
  const spaced = `_${normaliseName(name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_'))}_`;
  const find = (words: readonly string[]): string | undefined =>
    words.find((word) => spaced.includes(`_${word}_`) || spaced.includes(`_${word}s_`));
  const health = find(HEALTH_WORDS);
  if (health !== undefined) return { word: health, about: 'health' };
  const money = find(MONEY_TROUBLE_WORDS);
  return money === undefined ? undefined : { word: money, about: 'money trouble' };
}
