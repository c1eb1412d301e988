import {describe, expect, it, test} from 'vitest';
import {mergeSettings, type Setting, strongest} from '../../../source/cli/config/settings.js';
import {type OptionName} from '../../../source/cli/options.js';
import {readInterval, readSize, writeInterval, writeSize} from '../../../source/cli/values.js';
import {configOf} from './helpers.js';

type Flags = Readonly<Partial<Record<OptionName, string>>>;

const settingsOf = (flags: Flags, env: Readonly<Record<string, string>>, file: string | undefined) => {
	const merged = mergeSettings(new Map(Object.entries(flags) as Array<[OptionName, string]>), env, file === undefined ? undefined : configOf(file));
	if (!merged.ok) {
		throw new Error(merged.problem);
	}

	return merged.value;
};

const said = (origin: string) => ({value: origin, origin});

test.each<[string, ...Array<Setting<string> | undefined>]>([
	['flag', said('flag'), said('environment'), said('file')],
	['environment', undefined, said('environment'), said('file')],
	['file', undefined, undefined, said('file')],
	['usual', undefined, undefined, undefined],
])('the word of the %s counts', (expected, ...[flag, environment, file]) => {
	expect(strongest({flag, environment, file, usual: said('usual')}).value).toBe(expected);
});

describe('a setting', () => {
	it.each<readonly [string, Flags, Readonly<Record<string, string>>, string | undefined, unknown, string]>([
		['lang', {lang: 'en'}, {LANG: 'C'}, 'lang: zh', 'en', '--lang'],
		['lang', {}, {LANG: 'en_US.UTF-8'}, 'lang: zh', 'zh', 'config.yaml:1'],
		['lang', {}, {LANG: 'zh_CN.UTF-8'}, '', 'zh', 'locale'],
		['lang', {}, {LANG: 'zh_CN.UTF-8'}, undefined, 'zh', 'locale'],
		['discover', {discover: ''}, {}, 'discover: false', true, '--discover'],
		['usual', {'no-usual': ''}, {}, 'usual: true', false, '--no-usual'],
		['discover', {}, {}, '\ndiscover: true', true, 'config.yaml:2'],
		['discover', {}, {}, undefined, false, 'default'],
		['bodyLimit', {'body-limit': '2MB'}, {}, 'body_limit: 3MB', 2_097_152, '--body-limit'],
		['bodyLimit', {}, {}, 'body_limit: 3MB', 3_145_728, 'config.yaml:1'],
		['bodyLimit', {}, {}, undefined, 33_554_432, 'default'],
		['intervals.running', {interval: '5s'}, {}, 'intervals: {running: 2s}', 5000, '--interval'],
		['intervals.running', {}, {}, 'intervals: {running: 2s}', 2000, 'config.yaml:1'],
		['intervals.running', {}, {}, 'intervals: {status: 2s}', 1000, 'default'],
		['theme.color', {'no-color': ''}, {}, 'theme: {color: true}', false, '--no-color'],
		['theme.color', {}, {NO_COLOR: '1'}, 'theme: {color: true}', false, 'NO_COLOR'],
		['theme.color', {}, {NO_COLOR: ''}, 'theme: {color: false}', false, 'config.yaml:1'],
		['theme.color', {}, {TERM: 'dumb'}, undefined, false, 'TERM'],
		['theme.color', {}, {TERM: 'xterm'}, undefined, true, 'default'],
		['theme.color', {}, {FORCE_COLOR: '0'}, 'theme: {color: true}', false, 'FORCE_COLOR'],
		['theme.color', {}, {FORCE_COLOR: '1'}, undefined, true, 'default'],
		['theme.mode', {theme: 'light'}, {}, 'theme: {mode: contrast}', 'light', '--theme'],
		['theme.mode', {}, {}, 'theme: {mode: contrast}', 'contrast', 'config.yaml:1'],
		['theme.mode', {}, {}, undefined, 'auto', 'default'],
		['theme.ascii', {ascii: ''}, {}, 'theme: {ascii: false}', true, '--ascii'],
		['theme.ascii', {unicode: ''}, {LANG: 'C'}, 'theme: {ascii: true}', false, '--unicode'],
		['theme.ascii', {}, {LANG: 'en_US.UTF-8'}, 'theme: {ascii: true}', true, 'config.yaml:1'],
		['theme.ascii', {}, {LANG: 'C'}, 'theme: {ascii: false}', false, 'config.yaml:1'],
		...([
			[{LANG: 'en_US.UTF-8'}, false],
			[{LANG: 'C.utf8'}, false],
			[{LC_CTYPE: 'utf8'}, false],
			[{LANG: 'de_DE.UTF-8@euro'}, false],
			[{LANG: 'C', LC_CTYPE: 'en_US.UTF-8'}, false],
			[{LC_ALL: '', LANG: 'zh_CN.UTF-8'}, false],
			[{}, true],
			[{LANG: ''}, true],
			[{LANG: 'zh_CN.GB18030'}, true],
			[{LANG: 'en_US'}, true],
			[{LANG: 'en_US.UTF-8', LC_ALL: 'C'}, true],
			[{LANG: 'en_US.UTF-8', LC_CTYPE: 'POSIX', LC_MESSAGES: 'en_US.UTF-8'}, true],
		] as const).map(([env, isAscii]) => ['theme.ascii', {}, env, undefined, isAscii, 'locale'] as const),
		['notifications.bell', {}, {}, 'notifications: {bell: false}', false, 'config.yaml:1'],
	])('%s with %j, %j and %j is as the strongest says', (...[name, flags, env, file, value, origin]) => {
		expect(settingsOf(flags, env, file)).toHaveProperty(name, {value, origin});
	});

	it('that is wrong names its option', () => {
		expect(mergeSettings(new Map([['ascii', ''], ['unicode', '']]), {}, undefined)).toEqual({ok: false, problem: '--ascii and --unicode cannot be used together'});
		expect(mergeSettings(new Map([['interval', '0.5s']]), {}, undefined)).toEqual({ok: false, problem: '--interval "0.5s": expected a time from 1s to 24h, such as 5s or 2m'});
		expect(mergeSettings(new Map([['body-limit', 'much']]), {}, undefined)).toEqual({ok: false, problem: '--body-limit "much": expected a size from 1MB to 256MB, such as 64MB'});
	});
});

test.each([['1s', 1000], ['90', 90_000], ['1.5 m', 90_000], ['2h', 7_200_000], ['2500ms', 2500], ['999ms', undefined], ['25h', undefined], ['5 days', undefined], ['', undefined], ['1e3s', undefined], ['-5s', undefined]])('the time %s is %s ms', (text, time) => {
	expect(readInterval(text)).toEqual(time === undefined ? expect.objectContaining({ok: false}) : {ok: true, value: time});
});

test.each([['64MB', 67_108_864], ['64 m', 67_108_864], ['1048576', 1_048_576], ['0.25g', 268_435_456], ['32MiB', 33_554_432], ['100KB', undefined], ['257MB', undefined], ['64 bits', undefined], ['', undefined]])('the size %s is %s bytes', (text, bytes) => {
	expect(readSize(text)).toEqual(bytes === undefined ? expect.objectContaining({ok: false}) : {ok: true, value: bytes});
});

test('times and sizes are written as they can be read', () => {
	expect([1000, 90_000, 120_000, 3_600_000, 2500].map(time => writeInterval(time))).toEqual(['1s', '90s', '2m', '1h', '2500ms']);
	expect([67_108_864, 1_048_577].map(bytes => writeSize(bytes))).toEqual(['64MB', '1048577']);
});
