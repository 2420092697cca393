import type { CompletedCommand, CompletedOption, CompletionTree, Offer } from './completion-tree.js';

/** The completion of zsh: a file for `$fpath`, which can be sourced too. */
export function zshScript({ options, commands }: CompletionTree): string {
  return `#compdef segment
# zsh completion of segment. To load it: source <(segment completion zsh), after compinit
_segment() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${escaped(name)}:${summary}`)}`).join('\n')}
  )
  _arguments -C \\
${options.map((option) => `    ${quoted(optionSpec(option))} \\`).join('\n')}
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command) _describe -t commands command commands ;;
    argument)
      case $words[1] in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}

if [ "$funcstack[1]" = _segment ]; then
  _segment "$@"
else
  compdef _segment segment
fi
`;
}

function commandCase({ name, options, argument }: CompletedCommand): string {
  const specs = [
    ...options.map(optionSpec),
    ...(argument === undefined ? [] : [`${argument.isRepeatable ? '*' : '1'}:${escaped(argument.shown)}:${action(argument)}`]),
  ];
  return `        ${name}) _arguments -S ${specs.map((spec) => ` \\\n          ${quoted(spec)}`).join('')} ;;`;
}

function optionSpec({ flag, short, help, value, isRepeatable }: CompletedOption): string {
  const about = `[${escaped(help)}]`;
  if (value !== undefined) return `${isRepeatable ? '*' : ''}${flag}=${about}:${escaped(value.shown)}:${action(value)}`;
  return short === undefined ? `${flag}${about}` : `(${short} ${flag})${flag}${about}`;
}

/** What offers a value; for one that can be anything, nothing does. */
function action({ words, paths }: Offer): string {
  const files = { files: '_files', folders: '_files -/' };
  if (words.length === 0) return paths === undefined ? ' ' : files[paths];
  const isOpen = words.some((word) => word.endsWith('='));
  return `{compadd ${isOpen ? "-S '' " : ''}-- ${words.map(quoted).join(' ')}${paths === undefined ? '' : `; ${files[paths]}`}}`;
}

/** In a spec, colons and brackets end something. */
function escaped(text: string): string {
  return text.replaceAll(/[\\:[\]]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
