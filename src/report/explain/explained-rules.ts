import type { ExplainedUser, ExplainResult } from '../../analysis/explain/explain-result.js';
import { formatDecimal, formatShortDate } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import { type CheckedRule, checkRules, type RuleCondition } from './rule-conditions.js';

const STATUS_WIDTH = 12;

/** Every rule in the order it is tried, with its numbers and its answer; the one that decided is marked. */
export function renderRules(user: ExplainedUser, result: ExplainResult, page: Page): string[] {
  return checkRules(user, result).flatMap((rule) => renderRule(rule, user, page));
}

/** The rule that decided, the nearest that does not hold, and the next change without activity. */
export function renderDecision(user: ExplainedUser, result: ExplainResult, page: Page): string[] {
  const sentences = [nearestSentence(user), flipSentence(user, result)].filter((sentence) => sentence !== '');
  return sentences.flatMap((sentence) => wrapText(sentence, page.width));
}

/** The comparisons of the rule that decided: `gaps 3 >= 2? yes; idle 13 > 0.75 x dormant_after 12? yes`. */
export function describeFired(user: ExplainedUser, result: ExplainResult, page: Page): string {
  const fired = checkRules(user, result).find((rule) => rule.fired);
  return fired === undefined ? '' : `Rule ${fired.order}: ${describeRule(fired, user, page)}`;
}

function renderRule(rule: CheckedRule, user: ExplainedUser, page: Page): string[] {
  const mark = rule.fired ? '>' : ' ';
  const begin = `${mark} ${String(rule.order).padStart(2)} ${rule.status.padEnd(STATUS_WIDTH)} `;
  const lines = wrapText(describeRule(rule, user, page), page.width, begin);
  return lines.map(rule.fired ? page.paint.strong : rule.holds ? (line) => line : page.paint.dim);
}

function describeRule(rule: CheckedRule, user: ExplainedUser, page: Page): string {
  if (rule.rule === 'isActive') return 'everyone else';
  const { churnEvent, riskEvent } = user.values;
  const event = rule.rule === 'hasLeft' ? churnEvent : rule.rule === 'hasRiskEvent' ? riskEvent : null;
  const named = event === null ? '' : ` (${safeText(event.name)})`;
  return rule.conditions.map((condition, index) => describeCondition(condition, index === 0 ? named : '', page)).join('; ');
}

function describeCondition({ name, actual, comparison, limitName, limit, holds }: RuleCondition, named: string, page: Page): string {
  const answer = `? ${holds ? 'yes' : 'no'}`;
  if (actual === null || comparison === null || limit === null) return `${name}${named}${answer}`;
  const sign = comparison === '>=' && page.glyphs.isUnicode ? '≥' : comparison;
  const limits =
    limitName === null
      ? formatDecimal(limit)
      : `${limitName.replaceAll(' x ', ` ${page.glyphs.times} `)}${limitName.includes(' ') ? ' =' : ''} ${formatDecimal(limit)}`;
  return `${name} ${keepTogether(`${formatDecimal(actual)} ${sign} ${limits}${answer}`)}`;
}

/** "Nearest rule that does not hold: dormant, 7 days away." */
function nearestSentence({ nearest }: ExplainedUser): string {
  if (nearest === null) return '';
  const unit = nearest.missing === 1 ? nearest.unit.replace(/s$/, '') : nearest.unit;
  return `Nearest rule that does not hold: ${nearest.status}, ${formatDecimal(nearest.missing)} ${unit} away.`;
}

/** "Becomes dormant on 9 Jul without activity." */
function flipSentence({ nextFlip, status }: ExplainedUser, { asOf }: ExplainResult): string {
  if (nextFlip === null) return `Stays ${status} without activity.`;
  const change =
    nextFlip.status === status ? `Stays ${status}, with reason ${safeText(nextFlip.reason)}, from` : `Becomes ${nextFlip.status} on`;
  return `${change} ${formatShortDate(nextFlip.day, asOf)} without activity.`;
}
