import type { PreviewedRule, PreviewedUser } from '../../analysis/preview/preview-result.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import type { PreviewReporter } from './preview-reporter.js';

/** The same as one JSON object. */
export const previewJson: PreviewReporter = {
  description: 'one JSON object',
  render({ asOf, timezone, users, segments }) {
    return renderJson({
      as_of: asOf,
      timezone,
      users,
      segments: segments.map((segment) => ({
        segment: segment.segment,
        description: segment.description,
        goal: segment.goal,
        min_size: segment.minSize,
        users: segment.users,
        share: new JsonNumber(formatFraction(users === 0 ? 0 : segment.users / users)),
        rule: ruleJson(segment.rule),
        near_misses: segment.nearMisses,
        examples: {
          members: segment.examples.members.map(userJson),
          near_misses: segment.examples.nearMisses.map((user) => ({ ...userJson(user), misses: user.misses })),
        },
      })),
    });
  },
};

function ruleJson(rule: PreviewedRule): JsonValue {
  const { kind, isNegated, asked, holds, alone } = rule;
  const counts = { kind, not: isNegated, asked, holds, alone };
  return rule.kind === 'condition'
    ? { ...counts, number: rule.number, text: rule.text, only_this: rule.onlyThis }
    : { ...counts, rules: rule.rules.map(ruleJson) };
}

function userJson({ userId, conditions }: PreviewedUser): { readonly [key: string]: JsonValue } {
  return { user_id: userId, conditions: conditions.map(({ value, holds }) => ({ value, holds })) };
}
