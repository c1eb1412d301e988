import {cell, columnsOf} from '../../lib/columns.js';
import {messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {type AgentAddress} from '../../protocol/address.js';
import {type OptionName} from '../options.js';
import {writeInterval, writeSize} from '../values.js';
import {type ConfigFile, type GroupConfig, type PasswordSource, type PasswordSources, type TlsSources} from './config.js';
import {type SelectedGroup, type Settings} from './settings.js';

export type Printed = {
	readonly settings: Settings;
	readonly file: ConfigFile | undefined;
	/** All watched agents. */
	readonly addresses: readonly AgentAddress[];
	readonly groups: readonly SelectedGroup[];
	/** The sources of passwords for all, except the file: "--password-file FILE", "OBWATCH_PASSWORD". */
	readonly given: {
		readonly root: string | undefined;
		readonly agent: string | undefined;
		/** Options on certificates and keys, which count for all. */
		readonly trust: ReadonlyArray<{readonly name: OptionName; readonly value: string | true}>;
	};
	/** Changed keys, by the name of their action. */
	readonly keys: ReadonlyMap<string, readonly string[]>;
};

/** A line of YAML, and the source of its value. */
type Line = {readonly text: string; readonly origin?: string | undefined};

// JSON is YAML, even if a plain word would be read as another type.
const scalar = (value: unknown): string => typeof value === 'string' && /^[\w~/.][\w/.-]*$/.test(value) && !/^(?:true|false|null|~|[\d.]+|0[xo][\da-f]+)$/i.test(value) ? value : JSON.stringify(value);

const list = (values: readonly unknown[]): string => `[${values.map(value => scalar(value)).join(', ')}]`;

const indent = (lines: readonly Line[]): readonly Line[] => lines.map(line => ({...line, text: `  ${line.text}`}));

const block = (name: string, lines: readonly Line[]): readonly Line[] => lines.length === 0 ? [] : [{text: `${name}:`}, ...indent(lines)];

/** The sources of passwords for all, which override those of the file. */
type Given = Printed['given'];

// A program's arguments may be secret, too.
const programText = ([program = '', ...rest]: readonly string[]): string => list([program, ...(rest.length > 0 ? ['***'] : [])]);

const sourceText = (source: PasswordSource): string => source.type === 'file' ? scalar(source.path) : programText(source.argv);

const sourceLines = ({root, agent}: PasswordSources, given: Given, originOf: (key: string) => string): readonly Line[] => {
	const counting = [['', given.root === undefined ? root : undefined], ['agent_', given.agent === undefined ? agent : undefined]] as const;
	return counting.flatMap(([prefix, source]) => {
		const key = `${prefix}password_${source?.type ?? ''}`;
		return source ? [{text: `${key}: ${sourceText(source)}`, origin: originOf(key)}] : [];
	});
};

const noTls: TlsSources = {ca: undefined, cert: undefined, key: undefined, insecure: undefined};

type Trust = Pick<GroupConfig, 'tls' | 'strictKeys' | 'acceptNewKeys'>;

/** The file's settings for certificates and keys, unless an option overrides them for all. */
const countingTrust = ({tls, strictKeys, acceptNewKeys}: Trust, {trust}: Given): Trust => {
	const isAboutKeys = trust.some(({name}) => name.endsWith('-keys'));
	return {
		tls: trust.some(({name}) => name.startsWith('tls-')) ? noTls : tls,
		strictKeys: isAboutKeys ? undefined : strictKeys,
		acceptNewKeys: isAboutKeys ? undefined : acceptNewKeys,
	};
};

const trustLines = ({tls: {ca, cert, key, insecure}, strictKeys, acceptNewKeys}: Trust, originOf: (key: string) => string): readonly Line[] => [
	['tls_ca', ca] as const, ['tls_cert', cert] as const, ['tls_key', key] as const, ['tls_insecure', insecure] as const, ['strict_keys', strictKeys] as const, ['accept_new_keys', acceptNewKeys] as const,
].flatMap(([name, value]) => value === undefined ? [] : [{text: `${name}: ${scalar(value)}`, origin: originOf(name)}]);

const groupLines = ({name, group}: SelectedGroup, file: ConfigFile, given: Given): readonly Line[] => block(name, [
	...block('agents', group.agents.flatMap(({address, passwords}, index) => {
		const [first, ...rest] = [
			{text: `address: ${scalar(address.label)}`, origin: file.placeOf(['groups', name, 'agents', index])},
			...sourceLines(passwords, given, key => file.placeOf(['groups', name, 'agents', index, key])),
		];
		return [...(first ? [{...first, text: `- ${first.text}`}] : []), ...indent(rest)];
	})),
	...sourceLines(group.passwords, given, key => file.placeOf(['groups', name, key])),
	...trustLines(countingTrust(group, given), key => file.placeOf(['groups', name, key])),
	...(['discover', 'operate'] as const).flatMap(key => group[key] === undefined ? [] : [{text: `${key}: ${String(group[key])}`, origin: file.placeOf(['groups', name, key])}]),
]);

const masked = (key: string, origin: string | undefined): readonly Line[] => origin === undefined ? [] : [{text: `${key}: "***"`, origin}];

const commonLines = ({file, given}: Printed): readonly Line[] => [
	...masked('password', given.root),
	...masked('agent_password', given.agent),
	...given.trust.map(({name, value}) => ({text: `${name.replaceAll('-', '_')}: ${scalar(value)}`, origin: `--${name}`})),
	...(file ? sourceLines(file.config.passwords, given, key => file.placeOf([key])) : []),
	...(file ? trustLines(countingTrust(file.config, given), key => file.placeOf([key])) : []),
];

const webhookLines = ({config: {webhooks}, placeOf}: ConfigFile): readonly Line[] => block('webhooks', webhooks.flatMap(({name, format, on, urlFile, secretFile, ca}, index) => {
	const [first, ...rest] = ([
		['name', name], ['format', format], ['on', on], ['url_file', urlFile], ['secret_file', secretFile], ['tls_ca', ca],
	] as const).flatMap(([key, value]): readonly Line[] => {
		const text = typeof value === 'string' ? scalar(value) : list(value ?? []);
		return value === undefined ? [] : [{text: `${key}: ${text}`, origin: placeOf(['notifications', 'webhooks', index, key])}];
	});
	return [...(first ? [{...first, text: `- ${first.text}`}] : []), ...indent(rest)];
}));

const settingLines = ({lang, discover, usual, bodyLimit, intervals, theme, columns, mouse, notifications}: Settings, file: ConfigFile | undefined): readonly Line[] => {
	const {bell, title, onChange} = notifications;
	return [
		{text: `lang: ${lang.value}`, origin: lang.origin},
		{text: `discover: ${String(discover.value)}`, origin: discover.origin},
		{text: `usual: ${String(usual.value)}`, origin: usual.origin},
		{text: `body_limit: ${writeSize(bodyLimit.value)}`, origin: bodyLimit.origin},
		...block('intervals', Object.entries(intervals).map(([name, {value, origin}]) => ({text: `${name}: ${writeInterval(value)}`, origin}))),
		...(columns.value ? [{text: `agents_columns: ${list(columns.value)}`, origin: columns.origin}] : []),
		...block('theme', Object.entries(theme).map(([name, {value, origin}]) => ({text: `${name}: ${String(value)}`, origin}))),
		{text: `mouse: ${String(mouse.value)}`, origin: mouse.origin},
		...block('notifications', [
			{text: `bell: ${String(bell.value)}`, origin: bell.origin},
			{text: `title: ${String(title.value)}`, origin: title.origin},
			...(onChange.value ? [{text: `on_change: ${programText(onChange.value)}`, origin: onChange.origin}] : []),
			...(file ? webhookLines(file) : []),
		]),
	];
};

const textOf = (file: ConfigFile | undefined, below: readonly Line[]): string => {
	const lines: readonly Line[] = [{text: file ? messages().usage.config.printedFile(printable(file.path)) : messages().usage.config.printedNoFile}, ...below];
	const width = Math.min(48, Math.max(...lines.filter(({origin}) => origin !== undefined).map(({text}) => columnsOf(text))));
	return lines.map(({text, origin}) => `${origin === undefined ? text : `${cell(text, Math.max(width, columnsOf(text)))}  # ${origin}`}\n`).join('');
};

/** The webhooks of the file, as YAML. Nothing of what is in their files. */
export const printWebhooks = (file: ConfigFile): string => textOf(file, block('notifications', webhookLines(file)));

/** The settings in effect, as YAML, with the source of each value. It contains no password, only whether one is given. */
export const printConfig = (printed: Printed): string => {
	const {settings, file, addresses, groups, keys} = printed;
	return textOf(file, [
		...settingLines(settings, file),
		...block('keys', [...keys].map(([name, names]) => ({text: `${name}: ${list(names)}`, origin: file?.placeOf(['keys', name])}))),
		...commonLines(printed),
		...(file ? block('groups', groups.flatMap(group => groupLines(group, file, printed.given))) : []),
		{text: `watched: ${list(addresses.map(({label}) => label))}`},
	]);
};
