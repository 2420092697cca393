import { isList, keyOf, OPTIONS, type OptionName } from './options.js';

/** Texts that need no quotes, whoever reads them: no sign of YAML, no number, nothing that some reader takes for yes, no or nothing. */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z_][\w./-]*(?: [\w./-]+)*$/i;
/** What JSON leaves as it is and a config file cannot hold, or nobody would see. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufeff]/gu;

/** A line of a config file: `keep: [plan, "a, b"]`. A list of one is written as the text alone. */
export function configLine(name: OptionName, texts: readonly string[]): string {
  const { kind } = OPTIONS[name].value;
  // Switches and whole numbers are what an editor expects without quotes.
  const written = kind === 'switch' || kind === 'whole' || kind === 'bound' ? texts : texts.map(yamlText);
  return `${keyOf(name)}: ${isList(name) && written.length !== 1 ? `[${written.join(', ')}]` : (written.at(-1) ?? '""')}`;
}

/** A text as YAML has it, in one line; `parseConfigFile` reads the same text from it. */
export function yamlText(text: string): string {
  if (PLAIN.test(text)) return text;
  return JSON.stringify(text).replaceAll(UNSEEN, (character) =>
    [...Array(character.length).keys()].map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
}
