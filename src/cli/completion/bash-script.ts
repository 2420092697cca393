import { shellWord } from '../../errors/shell-word.js';
import type { CompletedOption, CompletionTree, Offer } from './completion-tree.js';

/**
 * The completion of bash, from 3.2 on and without its package of completions. A value after `=` is a word of its own there; file names
 * are quoted by the shell (`filenames`), which also does what it always does where nothing is offered (`default`).
 */
export function bashScript({ options, commands }: CompletionTree): string {
  return `# bash completion of segment. To load it: source <(segment completion bash)
_segment_offer() {
  local word
  while IFS='' read -r word; do COMPREPLY+=("$word"); done < <(compgen "$@" -- "$cur")
}

_segment_paths() {
  compopt -o filenames 2>/dev/null
  _segment_offer "$1"
}

_segment() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev='' command='' last=$((COMP_CWORD - 1)) index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      -*) ;;
      *)
        command="\${COMP_WORDS[index]}"
        break
        ;;
    esac
  done
  if [ "$cur" = '=' ]; then
    cur=''
  elif [ "\${COMP_WORDS[last]}" = '=' ]; then
    last=$((last - 1))
  fi
  prev="\${COMP_WORDS[last]}"
  case "$command $prev" in
${commands.flatMap(({ name, options: own }) => own.flatMap((option) => valueCase(name, option))).join('\n')}
  esac
  case "$command" in
    '')
      _segment_offer -W ${words([...commands.map(({ name }) => name), ...flags(options)])}
      ;;
${commands
  .map(
    ({ name, options: own, argument }) => `    ${shellWord(name)})
      case "$cur" in
        -*) _segment_offer -W ${words(flags(own))} ;;
        *) ${argument === undefined ? '' : offered(argument)} ;;
      esac
      ;;`,
  )
  .join('\n')}
  esac
}

complete -o default -F _segment segment
`;
}

/** Nothing is offered for a value that can be anything: then the next word is no option either. */
function valueCase(command: string, { flag, value }: CompletedOption): string[] {
  if (value === undefined) return [];
  const isOpen = value.words.some((word) => word.endsWith('='));
  const lines = [...(isOpen ? ['compopt -o nospace 2>/dev/null'] : []), offered(value), 'return'].filter((line) => line !== '');
  return [`    ${shellWord(`${command} ${flag}`)})`, ...lines.map((line) => `      ${line}`), '      ;;'];
}

function offered({ words: all, paths }: Offer): string {
  const parts = [
    ...(all.length === 0 ? [] : [`_segment_offer -W ${words(all)}`]),
    ...(paths === undefined ? [] : [`_segment_paths ${paths === 'files' ? '-f' : '-d'}`]),
  ];
  return parts.join('; ');
}

function flags(options: readonly CompletedOption[]): string[] {
  return options.flatMap(({ flag, short }) => [flag, ...(short === undefined ? [] : [short])]);
}

/** A list of words for \`compgen -W\`, which reads it as the shell reads a line. */
function words(all: readonly string[]): string {
  return shellWord(all.map(shellWord).join(' '));
}
