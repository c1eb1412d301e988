import fc from 'fast-check';
import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {chinese} from '../../source/lib/messages/zh/chinese.js';
import {printable} from '../../source/lib/printable.js';
import {cutMiddle, wrapWithin, wrapText, wrapWords} from '../../source/lib/wrap.js';
import {cpuTime} from '../helpers/cpu-time.js';
import {sayingsOf} from '../helpers/sayings.js';

test.each([
	['one two three', 7, ['one two', 'three']],
	['one', 7, ['one']],
	['unbreakable word', 6, ['unbrea', 'kable', 'word']],
	['', 5, ['']],
	['请用 --operate 重新启动', 12, ['请用', '--operate 重', '新启动']],
	['密码被拒绝，不再发送', 10, ['密码被拒', '绝，不再发', '送']],
	['要发送“重试”吗？请按 y。', 9, ['要发送“重', '试”吗？请', '按 y。']],
	['要发送“重试”吗？', 7, ['要发送', '“重试”', '吗？']],
	['共 3 个（见下方）。', 9, ['共 3 个', '（见下', '方）。']],
])('%j is wrapped at %d columns', (text, width, lines) => {
	expect(wrapText(text, width)).toEqual(lines);
});

test.each([
	['short', 10, 'short'],
	['write /home/admin/lib.so: no space left', 20, 'write /h…space left'],
	['数据库初始化失败', 9, '数据…失败'],
	['anything', 1, '…'],
	['anything', 0, ''],
])('%j without its middle in %d columns', (text, width, expected) => {
	expect(cutMiddle(text, width)).toBe(expected);
});

const whole = 'Unpack packages @ 10.0.0.1:2886: write lib.so: no space left on device';
const reason = 'write lib.so: no space left on device';

test.each<[string, number, number, readonly string[]]>([
	['whole on one line', 80, 1, [whole]],
	['whole over several', 40, 2, ['Unpack packages @ 10.0.0.1:2886: write', 'lib.so: no space left on device']],
	['without its place, where that makes it fit', 40, 1, [reason]],
	['without its middle, where nothing else does', 20, 1, ['write li…t on device']],
	['with its words whole, as far as a line has room for them', 16, 2, ['write lib.so…ce', 'left on device']],
])('a reason stands %s', (_, width, rows, expected) => {
	expect(wrapWithin([whole, reason], {width, rows})).toEqual(expected);
});

test('whatever a reason says, it keeps to its room, and its last character is in sight', () => {
	const texts = fc.string({unit: 'grapheme', minLength: 1, maxLength: 300}).map(text => `${printable(text)}.`);
	fc.assert(fc.property(texts, fc.integer({min: 3, max: 60}), fc.integer({min: 1, max: 5}), (text, width, rows) => {
		const lines = wrapWithin([`place: ${text}`, text], {width, rows});
		expect(lines.length).toBeGreaterThan(0);
		expect(lines.length).toBeLessThanOrEqual(rows);
		expect(lines.filter(line => stringWidth(line) > width)).toEqual([]);
		expect(lines.at(-1)!.endsWith('.')).toBe(true);
	}));
});

test('a reason of a megabyte is not measured as a whole', () => {
	const texts = [`at: ${'数 据'.repeat(1_000_000)}.`];
	const time = cpuTime(() => {
		const lines = wrapWithin(texts, {width: 40, rows: 3});
		expect(lines).toHaveLength(3);
		expect(lines.at(-1)).toMatch(/\.$/);
	});
	expect(time).toBeLessThan(100);
});

test('no line of a Chinese message begins with a mark that closes, ends with one that opens, or cuts a word that fits', () => {
	const broken = sayingsOf(chinese, 'zh').flatMap(({text}) => [20, 38].flatMap(width => {
		const lines = wrapText(text, width);
		const misplaced = lines.filter((line, index) => (index > 0 && /^[，。：；！？、）」》”]/.test(line)) || /[（「《“]$/.test(line));
		const cutWords = (text.match(/[\w.:@/-]+/g) ?? []).filter(word => word.length <= width && lines.every(line => !line.includes(word)));
		return [...misplaced, ...cutWords];
	}));
	expect(broken).toEqual([]);
});

const rowsOf = (text: string, width: number): readonly string[] => {
	const {count, at} = wrapWords(text, width);
	return Array.from({length: count}, (_, row) => at(row));
};

test.each([
	['one two three four', 10, ['one two', 'three four']],
	['write /home/admin/oceanbase/lib.so: no space', 24, ['write /home/admin/oceanb', 'ase/lib.so: no space']],
	['a  b', 8, ['a  b']],
	['spaces      between', 10, ['spaces', 'between']],
	['数据库已经启动，正在等待', 10, ['数据库已经', '启动，正在', '等待']],
	['启动observer 失败，原因如下', 12, ['启动observer', '失败，原因如', '下']],
	[' 12345678🚀 done', 9, [' 12345678', '🚀 done']],
])('a line of a log is wrapped between words: %j in %i columns', (text, width, expected) => {
	expect(rowsOf(text, width)).toEqual(expected);
});

test('whatever a line holds, no row is too wide, nothing but spaces is lost, and each row begins where it says', () => {
	const word = fc.oneof(fc.string({unit: 'grapheme', maxLength: 30}).map(text => printable(text)), fc.constantFrom(' ', '  ', '数据库', '，', '/a/path/of/some/length', 'word'));
	fc.assert(fc.property(fc.array(word, {maxLength: 40}).map(words => words.join(' ')), fc.integer({min: 8, max: 60}), (text, width) => {
		const {count, at, startOf} = wrapWords(text, width);
		const rows = Array.from({length: count}, (_, row) => at(row));
		expect(rows.filter(row => stringWidth(row.trimEnd()) > width)).toEqual([]);
		// Spaces of any width, as a narrow one that does not break, or that of Chinese.
		expect(rows.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
		expect(rows.filter((row, index) => !text.startsWith(row, startOf(index)))).toEqual([]);
	}));
});

test('a line of a megabyte is wrapped without reading all of it', () => {
	const texts = ['word '.repeat(400_000), '数 据'.repeat(400_000)];
	const time = cpuTime(() => {
		for (const text of texts) {
			const {count, at} = wrapWords(text, 80);
			expect(at(count - 1).length).toBeGreaterThan(0);
		}
	});
	expect(time).toBeLessThan(500);
});
