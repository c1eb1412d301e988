// The screens in Chinese: nothing is cut that fits in English, and columns stay aligned. Words that have fixed room fit it in both languages.

import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {columnsOf} from '../../source/lib/columns.js';
import {english, type Messages} from '../../source/lib/messages/en/english.js';
import {speak} from '../../source/lib/messages/messages.js';
import {chinese} from '../../source/lib/messages/zh/chinese.js';
import {footerHints, keyTableMarkdown} from '../../source/ui/keys/hints.js';
import {keysFor} from '../../source/ui/keys/resolve.js';
import {contextTraits, type KeyContext} from '../../source/ui/keys/table.js';
import {drawFrame} from './helpers/draw.js';
import {agentsRow, agentsView, appView, logView, nodeView, stageRow, subTaskRow, taskView} from './helpers/views.js';

const sizes = [[40, 10], [80, 24], [132, 43]] as const;

const contexts = Object.keys(contextTraits) as readonly KeyContext[];

beforeEach(async () => {
	await speak('zh');
});

afterEach(async () => {
	await speak('en');
});

/** The column of a text in a line. */
const columnIn = (line: string | undefined, text: string): number => {
	const index = line?.indexOf(text) ?? -1;
	return index === -1 ? -1 : columnsOf((line ?? '').slice(0, index));
};

describe('in Chinese', () => {
	test.each(sizes)('the help fits at %ix%i without a cut word', (columns, rows) => {
		for (let top = 0; top < 120; top += Math.max(1, rows - 4)) {
			for (const line of drawFrame(appView({size: {columns, rows}, overlay: {type: 'help', top, of: undefined}, context: 'help'}))) {
				expect(columnsOf(line), line).toBeLessThanOrEqual(columns);
				expect(line).not.toContain('…');
			}
		}
	});

	test.each(['live', 'replay'] as const)('a footer names no fewer keys than in English (%s)', async mode => {
		for (const context of contexts) {
			for (const width of [38, 78, 130]) {
				const hints = footerHints(context, ['action-offered'], width, keysFor(mode));
				await speak('en');
				const inEnglish = footerHints(context, ['action-offered'], width, keysFor(mode));
				await speak('zh');
				expect(hints.length, `${context} at ${width}: ${hints.map(({label}) => label).join(' ')}`).toBeGreaterThanOrEqual(inEnglish.length);
			}
		}
	});

	test('the agents are aligned below their heads', () => {
		const lines = drawFrame(appView({screen: agentsView([agentsRow({isSelected: true}), agentsRow({key: '2', label: '10.0.0.2:2886', isDatabaseDown: true})])}));
		expect(lines[0]).toMatch(/^ obwatch {2}2 个 agent /);
		expect(columnIn(lines[1], '任务')).toBe(columnIn(lines[2], 'Initialize cluster'));
		expect(columnIn(lines[1], '结果')).toBe(columnIn(lines[2], '●'));
		expect(columnIn(lines[3], '库已停止')).toBe(columnIn(lines[1], '角色'));
		expect(columnsOf(lines[2] ?? '')).toBe(columnsOf(lines[3] ?? ''));
	});

	test('a task says what failed where, after how long, and why', () => {
		const lines = drawFrame(appView({screen: taskView(), context: 'task'}));
		expect(lines[1]).toContain('，阶段 3/11，耗时 12s');
		expect(lines[2]).toMatch(/^ 原因 Start observer/);
		expect(lines.at(-1)).toContain('↵ 打开');
	});

	test('a stage and a log are drawn within their width', () => {
		for (const [columns, rows] of sizes) {
			const size = {columns, rows};
			const stage = drawFrame(appView({size, screen: nodeView([subTaskRow({isSelected: true}), subTaskRow({key: '2', agent: ''})]), context: 'node'}));
			const log = drawFrame(appView({size, screen: logView(['check if first start'], {status: {isFollowing: true, newEntries: 0, filter: undefined, search: undefined, severity: 'warnings', selected: undefined, dropped: 12, problem: undefined}}), context: 'log'}));
			const task = drawFrame(appView({size, screen: taskView({list: {rows: [stageRow(1)], top: 0, total: 1}}), context: 'task'}));
			for (const line of [...stage, ...log, ...task]) {
				expect(columnsOf(line), line).toBeLessThanOrEqual(columns);
			}
		}
	});

	test('the table of keys can be made for documents', () => {
		const lines = keyTableMarkdown(chinese).split('\n');
		expect(lines[0]).toBe('| 按键 | 作用 | 位置 | 配置文件中的名称 |');
		expect(lines).toContain('| `^c` | 退出 | 所有位置 |  |');
	});
});

const texts = (words: Readonly<Record<string, unknown>>): readonly string[] => Object.values(words).filter(word => typeof word === 'string');

test.each<[string, Messages]>([['English', english], ['Chinese', chinese]])('in %s words fit the room that they have', (_language, {keys, screens}) => {
	const {agent, task, now, id, stageId, stages, lock, hazard, note, command} = screens.confirmation;
	const rooms: ReadonlyArray<readonly [number, readonly string[]]> = [
		[24, texts(keys.descriptions)],
		[18, texts(keys.hints)],
		[60, texts(keys.notices)],
		[5, texts(screens.labels)],
		[8, [agent, task, now, id, stageId, stages, lock, hazard, note, command]],
		[12, texts(screens.card).filter(text => text !== screens.card.locked)],
		[6, [screens.key.before, screens.key.now]],
		[11, Object.values(screens.links.kinds)],
		[9, [screens.agents.databaseDown]],
		[56, texts(screens.confirmation.problems)],
	];
	for (const [room, words] of rooms) {
		for (const word of words) {
			expect(columnsOf(word), word).toBeLessThanOrEqual(room);
		}
	}
});
