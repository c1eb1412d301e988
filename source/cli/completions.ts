// Completion scripts for shells, from the same tables as the parser and the help.

import {messages} from '../lib/messages/messages.js';
import {commandDescription, type CommandRecord, commandTable, optionDescription, type OptionRecord, optionsOf, subcommands, topics} from './options.js';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

const takesFile = ({value}: OptionRecord): boolean => value === 'FILE';

const functionOf = ({name}: CommandRecord): string => `_obwatch_${name.replaceAll('-', '_')}`;

const longOf = ({name}: OptionRecord): string => `--${name}`;

/** For use within single quotes of any shell. */
const quoted = (text: string): string => `'${text.replaceAll('\'', String.raw`'\''`)}'`;

// After a subcommand's name, complete its options; before it, those of the program itself.
const bashWords = (record: CommandRecord): string => [
	...optionsOf(record.name).map(option => longOf(option)),
	...(record.name === 'monitor' ? subcommands.map(({name}) => name) : []),
	...(record.name === 'help' ? [...topics, ...subcommands.map(({name}) => name)] : []),
].join(' ');

const bash = (): string => {
	const withFile = new Set(commandTable.flatMap(({name}) => optionsOf(name).filter(option => takesFile(option)).map(option => longOf(option))));
	const withOther = new Set(commandTable.flatMap(({name}) => optionsOf(name).filter(option => option.value !== undefined && !takesFile(option)).map(option => longOf(option))));
	return `# ${messages().help.completions.installed('bash', 'obwatch completion bash > /etc/bash_completion.d/obwatch')}
_obwatch() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=monitor index
	COMPREPLY=()
	case $before in
		${[...withFile].join('|')}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		${[...withOther].join('|')}) return ;;
	esac
	for ((index = 1; index < COMP_CWORD; index++)); do
		case \${COMP_WORDS[index]} in
			${subcommands.map(({name}) => name).join('|')}) command=\${COMP_WORDS[index]}; break ;;
		esac
	done
	case $command in
${commandTable.map(record => `\t\t${record.name}) mapfile -t COMPREPLY < <(compgen -W ${quoted(bashWords(record))} -- "$word") ;;`).join('\n')}
	esac
	[[ $word == -* ]] || mapfile -t -O \${#COMPREPLY[@]} COMPREPLY < <(compgen -A hostname -- "$word")
}
complete -F _obwatch obwatch
`;
};

// Brackets and colons have a meaning in the arguments of _arguments.
const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);

const zshSpec = (option: OptionRecord): string => {
	const {short, value, repeatable} = option;
	const names = [longOf(option), ...(short === undefined ? [] : [`-${short}`])];
	const argument = value === undefined ? '' : `:${zshText(value)}:${takesFile(option) ? '_files' : ''}`;
	const repeat = repeatable ? '*' : '';
	return names.map(name => quoted(`${repeat}${name}[${zshText(optionDescription(option))}]${argument}`)).join(' ');
};

const zshFunction = (record: CommandRecord): string => String.raw`${functionOf(record)}() {
	_arguments -s ${optionsOf(record.name).map(option => zshSpec(option)).join(' \\\n\t\t')} \
		${record.name === 'monitor' ? '\'1: :_obwatch_first\' ' : ''}'*: :_hosts'
}
`;

const zsh = (): string => `#compdef obwatch
# ${messages().help.completions.installed('zsh', 'obwatch completion zsh > "$fpath[1]/_obwatch"')}
_obwatch_first() {
	local -a commands=(${subcommands.map(({name}) => quoted(`${name}:${commandDescription(name)}`)).join(' ')})
	_describe -t commands ${quoted(messages().help.completions.commands)} commands
	_hosts
}
${commandTable.map(record => zshFunction(record)).join('')}_obwatch() {
	local index
	for ((index = 2; index < CURRENT; index++)); do
		case \${words[index]} in
${subcommands.map(record => `\t\t\t${record.name}) ${functionOf(record)}; return ;;`).join('\n')}
		esac
	done
	_obwatch_monitor
}
_obwatch "$@"
`;

const fishOption = (record: CommandRecord) => (option: OptionRecord): string => {
	const condition = record.name === 'monitor' ? `not __fish_seen_subcommand_from ${subcommands.map(({name}) => name).join(' ')}` : `__fish_seen_subcommand_from ${record.name}`;
	const {name, short, value} = option;
	const parts = [
		`complete -c obwatch -n ${quoted(condition)} -l ${name}`,
		...(short === undefined ? [] : [`-s ${short}`]),
		...(value === undefined ? [] : [takesFile(option) ? '-r -F' : '-x']),
		`-d ${quoted(optionDescription(option))}`,
	];
	return parts.join(' ');
};

const fish = (): string => `# ${messages().help.completions.installed('fish', 'obwatch completion fish > ~/.config/fish/completions/obwatch.fish')}
complete -c obwatch -f -a '(__fish_print_hostnames)'
${subcommands.map(({name}) => `complete -c obwatch -n __fish_use_subcommand -a ${name} -d ${quoted(commandDescription(name))}`).join('\n')}
${commandTable.flatMap(record => optionsOf(record.name).map(option => fishOption(record)(option))).join('\n')}
`;

const scripts: Readonly<Record<Shell, () => string>> = {bash, zsh, fish};

/** The script that the shell loads. */
export const completionScript = (shell: Shell): string => scripts[shell]();
