import type { CompletedOption, CompletionTree, Offer } from './completion-tree.js';

/** The completion of fish. */
export function fishScript({ options, commands }: CompletionTree): string {
  const lines = [
    ...options.map((option) => optionLine('', option)),
    ...commands.map(({ name, summary }) => `complete -c segment -n '__segment_is ""' -a ${quoted(name)} -d ${quoted(summary)}`),
    ...commands.flatMap(({ name, options: own, argument }) => [
      ...(argument === undefined ? [] : [`complete -c segment -n ${condition(name)}${offered(argument, '-F')}`]),
      ...own.map((option) => optionLine(name, option)),
    ]),
  ];
  return `# fish completion of segment. To load it: segment completion fish | source
function __segment_is
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if not string match -q -- '-*' $word
            test $word = "$argv[1]"
            return
        end
    end
    test -z "$argv[1]"
end

complete -c segment -e
complete -c segment -f
${lines.join('\n')}
`;
}

function optionLine(command: string, { flag, short, help, value }: CompletedOption): string {
  const name = `-l ${quoted(flag.slice('--'.length))}${short === undefined ? '' : ` -s ${quoted(short.slice(1))}`}`;
  const takes = value === undefined ? '' : ` -r${offered(value, '-F')}`;
  return `complete -c segment -n ${condition(command)} ${name}${takes} -d ${quoted(help)}`;
}

function condition(command: string): string {
  return quoted(`__segment_is ${quoted(command)}`);
}

/** Words, files or folders; for what can be anything, no files either. */
function offered({ words, paths }: Offer, files: string): string {
  const folders = paths === 'folders' ? ['(__fish_complete_directories)'] : [];
  const all = [...words.map(quoted), ...folders].join(' ');
  return `${paths === 'files' ? ` ${files}` : ' -f'}${all === '' ? '' : ` -a ${quoted(all)}`}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
