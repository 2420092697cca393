import { LINT_RULES } from '../../segmentation/rules/lint-codes.js';
import { HEALTH_WORDS, MONEY_TROUBLE_WORDS } from '../../segmentation/rules/sensitive-words.js';
import { defineTopic } from './help-topic.js';

const words = (list: readonly string[]): string => list.map((word) => word.replaceAll('_', ' ')).join(', ');

/** `segment help lint-codes` */
export const lintCodes = defineTopic({
  name: 'lint-codes',
  title: 'What segment lint finds',
  blocks: [
    {
      kind: 'terms',
      heads: ['code', 'meaning'],
      items: Object.entries(LINT_RULES).map(([code, { level, meaning }]) => [`\`${code}\``, `${level}: ${meaning}`]),
    },
    {
      kind: 'text',
      text: 'A finding that is meant to be so is set aside beside the rule, for that segment alone and with the reason:',
    },
    {
      kind: 'lines',
      lines: ['segments:', '  testers:', '    ignore: { no-goal: "only to look at the data" }', '    where: { property: { team: qa } }'],
    },
    { kind: 'heading', text: 'Words to be careful with' },
    {
      kind: 'list',
      items: [
        `Health: ${words(HEALTH_WORDS)}.`,
        `Money trouble: ${words(MONEY_TROUBLE_WORDS)}.`,
        'They are looked for as whole words of a name, also as plurals and in names such as `creditScore`.',
      ],
    },
  ],
});
