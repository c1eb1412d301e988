// Completion scripts for shells, from the same tables as the parser and the help.

import {type ScenarioName} from '../demo/scenarios.js';
import {reportFormats} from '../export/save-report.js';
import {waitTargets} from '../headless/wait-condition.js';
import {languages, messages} from '../lib/messages/messages.js';
import {commandDescription, type CommandRecord, commandTable, optionDescription, type OptionRecord, optionsOf, subcommands, topics} from './options.js';
import {themeModes} from './values.js';

export const shells = ['bash', 'zsh', 'fish'] as const;

/** What the scripts ask obwatch itself for: names of the config file. */
export const completed = ['groups', 'webhooks'] as const;

export type Shell = (typeof shells)[number];

const takesFile = ({value}: OptionRecord): boolean => value === 'FILE';

const functionOf = ({name}: CommandRecord): string => `_obwatch_${name.replaceAll('-', '_')}`;

const longOf = ({name}: OptionRecord): string => `--${name}`;

/** For use within single quotes of any shell. */
const quoted = (text: string): string => `'${text.replaceAll('\'', String.raw`'\''`)}'`;

// Not those of the demo itself: all commands would load it.
const scenarios = {
	initialize: true, failing: true, waiting: true, start: true, 'failed-start': true, 'rolled-back': true, 'rolling-back': true, cancelled: true, passed: true, succeeded: true, idle: true, none: true, hostile: true, big: true,
} as const satisfies Readonly<Record<ScenarioName, true>>;

/** The values that an option can have, if they are words of obwatch's own. */
const choicesOf = ({name}: OptionRecord): readonly string[] => {
	switch (name) {
		case 'for': {
			return [...waitTargets.keys()];
		}

		case 'format': {
			return reportFormats;
		}

		case 'lang': {
			return languages;
		}

		case 'theme': {
			return themeModes;
		}

		case 'scenario': {
			return Object.keys(scenarios);
		}

		default: {
			return [];
		}
	}
};

/** What can stand behind a command instead of an agent: words, each with what it means. */
const wordsOf = ({name}: CommandRecord): ReadonlyArray<readonly [word: string, text: string]> => {
	const commands = subcommands.map(record => [record.name, commandDescription(record.name)] as const);
	if (name === 'help') {
		return [...topics.map(topic => [topic, messages().help.topics[topic].description] as const), ...commands];
	}

	if (name === 'completion') {
		return [...shells, ...completed].map(word => [word, ''] as const);
	}

	return name === 'monitor' ? commands : [];
};

type Operand = 'agents' | 'files' | 'webhooks' | 'none';

/** What a command takes besides options and its own words. */
const operandOf = ({name, arguments: list}: CommandRecord): Operand => {
	if (name === 'notify') {
		return 'webhooks';
	}

	return list.includes('AGENT') ? 'agents' : (list === 'FILE' ? 'files' : 'none');
};

// After a subcommand's name, complete its options; before it, those of the program itself.
const bashLines = (record: CommandRecord): string => quoted([
	...optionsOf(record.name).map(option => [longOf(option), optionDescription(option)] as const),
	...wordsOf(record),
].map(([word, text]) => `${word}\t${text}`).join('\n'));

// Bash shows whatever is in COMPREPLY, so descriptions are there only while it lists what fits (COMP_TYPE 63, the second Tab).
const bash = (): string => {
	const optionsOfAll = commandTable.flatMap(({name}) => optionsOf(name));
	const names = (list: readonly OptionRecord[]): string => [...new Set(list.map(option => longOf(option)))].join('|');
	const withFile = optionsOfAll.filter(option => takesFile(option));
	const withChoice = [...new Map(optionsOfAll.filter(option => choicesOf(option).length > 0).map(option => [option.name, option])).values()];
	const withOther = optionsOfAll.filter(option => option.value !== undefined && !takesFile(option) && choicesOf(option).length === 0);
	return `# ${messages().help.completions.installed('bash', 'obwatch completion bash > /etc/bash_completion.d/obwatch')}
_obwatch_offer() {
	local line index names=() texts=()
	while IFS= read -r line; do
		[[ $line == "$1"* && ( $1 == -* || $line != -* ) ]] || continue
		names+=("\${line%%$'\t'*}")
		texts+=("\${line#*$'\t'}")
	done <<< "$2"
	COMPREPLY+=("\${names[@]}")
	[[ \${COMP_TYPE:-9} == 63 && \${#names[@]} -gt 1 ]] || return
	for index in "\${!names[@]}"; do
		printf -v line '%-22s %s' "\${names[index]}" "\${texts[index]}"
		COMPREPLY[index]=\${line:0:\${COLUMNS:-80} - 2}
	done
}
_obwatch() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=monitor takes index
	COMPREPLY=()
	if [[ $word == = ]]; then
		word=
	elif [[ $before == = ]]; then
		before=\${COMP_WORDS[COMP_CWORD-2]}
	fi
	case $before in
		${names(withFile)}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
${withChoice.map(option => `\t\t${longOf(option)}) mapfile -t COMPREPLY < <(compgen -W ${quoted(choicesOf(option).join(' '))} -- "$word"); return ;;`).join('\n')}
		${names(withOther)}) return ;;
	esac
	if [[ $word == @* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(obwatch completion groups 2>/dev/null)" -- "$word")
		return
	fi
	for ((index = 1; index < COMP_CWORD; index++)); do
		case \${COMP_WORDS[index]} in
			${subcommands.map(({name}) => name).join('|')}) command=\${COMP_WORDS[index]}; break ;;
		esac
	done
	case $command in
${commandTable.map(record => `\t\t${record.name}) takes=${operandOf(record)}; _obwatch_offer "$word" ${bashLines(record)} ;;`).join('\n')}
	esac
	[[ $word == -* ]] && return
	case $takes in
		agents) mapfile -t -O \${#COMPREPLY[@]} COMPREPLY < <(compgen -A hostname -- "$word") ;;
		files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
		webhooks) mapfile -t COMPREPLY < <(compgen -W "$(obwatch completion webhooks 2>/dev/null)" -- "$word") ;;
	esac
}
complete -F _obwatch obwatch
`;
};

// Brackets and colons have a meaning in the arguments of _arguments.
const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);

const zshSpec = (option: OptionRecord): string => {
	const {short, value, repeatable} = option;
	const names = [value === undefined ? longOf(option) : `${longOf(option)}=`, ...(short === undefined ? [] : [`-${short}`])];
	const choices = choicesOf(option);
	const action = choices.length > 0 ? `(${choices.join(' ')})` : (takesFile(option) ? '_files' : '');
	const argument = value === undefined ? '' : `:${zshText(value)}:${action}`;
	const repeat = repeatable ? '*' : '';
	return names.map(name => quoted(`${repeat}${name}[${zshText(optionDescription(option))}]${argument}`)).join(' ');
};

const zshOperands: Readonly<Record<Operand, string>> = {agents: '_obwatch_agents', files: '_files', webhooks: '_obwatch_webhooks', none: ''};

const zshFunction = (record: CommandRecord): string => {
	const operands = zshOperands[operandOf(record)];
	const specs = [
		...optionsOf(record.name).map(option => zshSpec(option)),
		...(wordsOf(record).length > 0 ? [`'1: :_obwatch_first_${record.name}'`] : []),
		...(operands === '' ? [] : [`'*: :${operands}'`]),
	];
	return `${functionOf(record)}() {
	_arguments -s ${specs.join(' \\\n\t\t')}
}
`;
};

const zshFirst = (record: CommandRecord): string => `_obwatch_first_${record.name}() {
	local -a offered=(${wordsOf(record).map(([word, text]) => quoted(text === '' ? word : `${word}:${text}`)).join(' ')})
	_describe -t commands ${quoted(messages().help.completions.commands)} offered
${operandOf(record) === 'agents' ? '\t_obwatch_agents\n' : ''}}
`;

const zsh = (): string => `#compdef obwatch
# ${messages().help.completions.installed('zsh', 'obwatch completion zsh > "$fpath[1]/_obwatch"')}
_obwatch_agents() {
	if [[ $PREFIX == @* ]]; then
		compadd -- \${(f)"$(obwatch completion groups 2>/dev/null)"}
	else
		_hosts
	fi
}
_obwatch_webhooks() {
	compadd -- \${(f)"$(obwatch completion webhooks 2>/dev/null)"}
}
${commandTable.filter(record => wordsOf(record).length > 0).map(record => zshFirst(record)).join('')}${commandTable.map(record => zshFunction(record)).join('')}_obwatch() {
	local index
	for ((index = 2; index < CURRENT; index++)); do
		case \${words[index]} in
			${subcommands.map(({name}) => name).join('|')})
				shift $((index - 1)) words
				((CURRENT -= index - 1))
				_obwatch_\${words[1]//-/_}
				return ;;
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
		...(choicesOf(option).length > 0 ? [`-a ${quoted(choicesOf(option).join(' '))}`] : []),
		`-d ${quoted(optionDescription(option))}`,
	];
	return parts.join(' ');
};

const fishWords = (record: CommandRecord): readonly string[] => {
	const condition = record.name === 'monitor' ? '__fish_use_subcommand' : quoted(`__fish_seen_subcommand_from ${record.name}`);
	return wordsOf(record).map(([word, text]) => `complete -c obwatch -n ${condition} -a ${word}${text === '' ? '' : ` -d ${quoted(text)}`}`);
};

const namesTaking = (...operands: readonly Operand[]): string => commandTable.filter(record => operands.includes(operandOf(record))).map(({name}) => name).join(' ');

const fish = (): string => `# ${messages().help.completions.installed('fish', 'obwatch completion fish > ~/.config/fish/completions/obwatch.fish')}
complete -c obwatch -f -n 'not __fish_seen_subcommand_from ${namesTaking('files')}'
complete -c obwatch -F -n '__fish_seen_subcommand_from ${namesTaking('files')}'
complete -c obwatch -n 'not __fish_seen_subcommand_from ${namesTaking('files', 'webhooks', 'none')}' -a '(__fish_print_hostnames)'
complete -c obwatch -n '__fish_seen_subcommand_from notify' -a '(obwatch completion webhooks 2>/dev/null)'
complete -c obwatch -n 'string match -q "@*" -- (commandline -ct)' -a '(obwatch completion groups 2>/dev/null)'
${commandTable.flatMap(record => fishWords(record)).join('\n')}
${commandTable.flatMap(record => optionsOf(record.name).map(option => fishOption(record)(option))).join('\n')}
`;

const scripts: Readonly<Record<Shell, () => string>> = {bash, zsh, fish};

/** The script that the shell loads. */
export const completionScript = (shell: Shell): string => scripts[shell]();
