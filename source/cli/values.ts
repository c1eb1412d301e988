import {shellWords} from '../lib/child-process.js';
import {type Language, languages, messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {formatDate, localOffset, type Timestamp} from '../lib/time.js';
import {type ThemeMode} from '../ui/theme.js';
import {failure, type Result} from './fail.js';
import {type CommandName, valueOf, type Values} from './options.js';

/** A problem of an option's value. */
export const problemOfOption = (option: string, text: string, problem: string): string => messages().usage.value.option(`--${option}`, printable(text), problem);

const second = 1000;

const intervalUnits: Readonly<Record<string, number>> = {ms: 1, s: second, m: 60 * second, h: 3600 * second};

/** Agents do nothing new within a second, and more frequent polling only fills their logs. */
const shortestInterval = second;

const longestInterval = 24 * 3600 * second;

/** A typed time ("5s", "1.5 m", "2h"; a bare number is seconds), in ms. From a second to a day. */
export const readInterval = (text: string): Result<number> => {
	const [, number, unit = 's'] = /^(\d{1,9}(?:\.\d{1,6})?) ?(ms|[smh])?$/.exec(text.trim()) ?? [];
	const time = Math.round(Number(number) * (intervalUnits[unit] ?? NaN));
	return time >= shortestInterval && time <= longestInterval ? {ok: true, value: time} : failure(messages().usage.value.interval);
};

/** The same in short form: "90s", "2m". */
export const writeInterval = (time: number): string => {
	const unit = ['h', 'm', 's'].find(name => time > 0 && time % (intervalUnits[name] ?? 1) === 0) ?? 'ms';
	return `${time / (intervalUnits[unit] ?? 1)}${unit}`;
};

const kibibyte = 1024;

const sizeUnits: Readonly<Record<string, number>> = {'': 1, k: kibibyte, m: kibibyte ** 2, g: kibibyte ** 3};

const smallestSize = kibibyte ** 2;

// Responses are held in memory, and Node's strings end at half of that.
const largestSize = 256 * (kibibyte ** 2);

/** A typed size ("64MB", "64 M", "67108864"), in bytes. From 1 MB to 256 MB. */
export const readSize = (text: string): Result<number> => {
	const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?) ?([kmg]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
	const bytes = Math.round(Number(number) * (sizeUnits[unit.toLowerCase()] ?? NaN));
	return bytes >= smallestSize && bytes <= largestSize ? {ok: true, value: bytes} : failure(messages().usage.value.size);
};

/** The same as a person would write it. */
export const writeSize = (bytes: number): string => bytes % (kibibyte ** 2) === 0 ? `${bytes / (kibibyte ** 2)}MB` : String(bytes);

/** A language in any spelling of a locale ("zh", "zh-CN", "zh_TW.UTF-8"); undefined if obwatch does not speak it. */
export const readLanguage = (text: string): Language | undefined => {
	const language = /^([a-z]+)(?:$|[-_.@])/i.exec(text)?.[1]?.toLowerCase();
	return languages.find(name => name === language);
};

export const themeModes = ['auto', 'light', 'dark', 'contrast'] as const satisfies readonly ThemeMode[];

/** The name of a look. */
export const readThemeMode = (text: string): Result<ThemeMode> => {
	const mode = themeModes.find(name => name === text);
	return mode ? {ok: true, value: mode} : failure(messages().usage.value.oneOf(themeModes));
};

type Env = Readonly<Record<string, string | undefined>>;

/** The locale: the first variable that is set (POSIX, "Internationalization Variables"). Empty if none is, which is the locale C. */
const localeOf = (...names: ReadonlyArray<string | undefined>): string => names.find(Boolean) ?? '';

// What obwatch prints is UTF-8, and Chinese in it is unreadable on a terminal of another encoding.
const hasOtherEncoding = (locale: string): boolean => /\.(?!utf-?8)/i.test(locale);

/** Whether terminals of this locale show UTF-8: "en_US.UTF-8", "C.utf8", and the "UTF-8" of macOS. */
export const isUtf8Locale = ({LC_ALL: all, LC_CTYPE: characters, LANG: lang}: Env): boolean => /(?:^|\.)utf-?8(?:$|@)/i.test(localeOf(all, characters, lang));

/** The language of a locale; English for all that obwatch does not speak, and where terminals may show no UTF-8: "zh_CN" alone is GB2312. */
export const languageOfLocale = (env: Env): Language => {
	const {LC_ALL: all, LC_MESSAGES: category, LANG: lang} = env;
	const locale = localeOf(all, category, lang);
	return hasOtherEncoding(locale) || (!locale.includes('.') && !isUtf8Locale(env)) ? 'en' : readLanguage(locale) ?? 'en';
};

/** Reads a program and its arguments, split as a shell splits them. */
export const readCommand = (text: string): Result<readonly [name: string, ...args: string[]]> => {
	const words = shellWords(text);
	if (!words) {
		return failure(messages().usage.value.unclosedQuote);
	}

	const [name = '', ...args] = words;
	return name === '' ? failure(messages().usage.value.noProgram) : {ok: true, value: [name, ...args]};
};

const timeUnits: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

// Timers cannot wait much longer.
const longestTime = 20 * 86_400_000;

/** A typed duration, in ms: "90s", "30m", "1h30m", "2d"; a bare number is seconds. */
export const readDuration = (option: string, text: string): Result<number> => {
	const parts = /^\d{1,9}$/.test(text) ? [[text, 's'] as const] : [...text.matchAll(/(?<count>\d{1,9})(?<unit>[dhms])/g)].map(({groups}) => [groups?.['count'] ?? '', groups?.['unit'] ?? ''] as const);
	const isWhole = parts.map(([count, unit]) => count + unit).join('') === text || parts[0]?.[0] === text;
	let sum = 0;
	for (const [count, unit] of parts) {
		sum += Number(count) * (timeUnits[unit] ?? 0);
	}

	return isWhole && sum > 0 && sum <= longestTime
		? {ok: true, value: sum}
		: failure(problemOfOption(option, text, messages().usage.value.duration));
};

/** A past time: how long ago ("30m", "24h", "7d", "1h30m"), or a day or time of this machine ("2026-03-01", "2026-03-01 10:30", "10:30"). */
export const readSince = (option: string, text: string, now: Timestamp): Result<Timestamp> => {
	const [, day, time = '0:00'] = /^(?:(\d{4}-\d\d-\d\d)(?:[ T](?=\d)|$))?(\d{1,2}:\d\d(?::\d\d)?)?$/.exec(text.trim()) ?? [];
	const isAgo = /^(?:\d{1,6}[smhd]){1,4}$/.test(text.trim());
	const ago = text.matchAll(/(\d{1,6})([smhd])/g).reduce((sum, [, count = '', unit = '']) => sum + (Number(count) * (timeUnits[unit] ?? 0)), 0);
	// Without a zone it is a local time.
	const at = isAgo ? now - ago : Date.parse(`${day ?? formatDate(now, localOffset(now))}T${time.padStart(time.length < 6 ? 5 : 8, '0')}`);
	return (isAgo || day !== undefined || /^\d{1,2}:/.test(text.trim())) && at <= now ? {ok: true, value: at} : failure(problemOfOption(option, text, messages().usage.value.since));
};

type Endpoint = {readonly host: string; readonly port: number};

const loopback = '127.0.0.1';

/** A listening address: "HOST:PORT", "[IPV6]:PORT", ":PORT" or "PORT"; without a host, only for this machine. Port 0 takes a free one. */
export const readEndpoint = (option: string, text: string): Result<Endpoint> => {
	const {host = '', port = ''} = /^(?:(?<host>\[[\da-f:.]+\]|[\w.-]*):)?(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
	return port !== '' && Number(port) <= 65_535
		? {ok: true, value: {host: host === '' ? loopback : host.replaceAll(/[[\]]/g, ''), port: Number(port)}}
		: failure(problemOfOption(option, text, messages().usage.value.endpoint));
};

type Range = {readonly from: number; readonly to: number; readonly isWhole: boolean};

/** A plain decimal number within a range, both ends included. */
export const readNumber = (option: string, text: string, {from, to, isWhole}: Range): Result<number> => {
	const isNumber = (isWhole ? /^\d{1,15}$/ : /^\d{1,15}(?:\.\d{1,15})?$/).test(text);
	const value = Number(text);
	return isNumber && value >= from && value <= to
		? {ok: true, value}
		: failure(problemOfOption(option, text, messages().usage.value[isWhole ? 'wholeNumber' : 'number'](from, to)));
};

export type DemoOptions = {
	readonly seed: number;
	/** A factor of real time. */
	readonly speed: number;
};

const seeds = {from: 0, to: 0xFF_FF_FF_FF, isWhole: true};

/** The valid values of `--speed`. */
export const speeds = {from: 0.1, to: 1000, isWhole: false};

/** The options of a command's simulation. */
export const readDemo = (command: CommandName, values: Values): Result<DemoOptions> => {
	const seed = readNumber('seed', valueOf(command, 'seed', values), seeds);
	if (!seed.ok) {
		return seed;
	}

	const speed = readNumber('speed', valueOf(command, 'speed', values), speeds);
	return speed.ok ? {ok: true, value: {seed: seed.value, speed: speed.value}} : speed;
};
