// What is printed in Chinese: aligned for people, and the same as ever for programs.

import {afterEach, beforeEach, expect, test} from 'vitest';
import {fullName} from '../../source/export/log-text.js';
import {causeLines} from '../../source/headless/cause.js';
import {exitCodeMeanings} from '../../source/headless/exit-codes.js';
import {eventDocument, eventLine, eventsBetween} from '../../source/headless/watch.js';
import {fleetDocument} from '../../source/headless/json.js';
import {recordedLines} from '../../source/headless/replay.js';
import {createColorize, fleetLines, taskLines} from '../../source/headless/text.js';
import {columnsOf} from '../../source/lib/columns.js';
import {speak} from '../../source/lib/messages/messages.js';
import {makeNode, makeSubTask, ten} from '../helpers/tasks.js';
import {failing, lost, partlyFailed, refused, stateOf, withTask} from './helpers/states.js';

const plain = createColorize(false);

const state = stateOf(
	withTask('FAILED/RUN', {maxStage: 1, nodes: [makeNode({name: 'Own stage', state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: ['ERROR: no memory']})]})]}),
	{...withTask('RUNNING/RUN'), ...failing(lost)},
	{...withTask('SUCCEED/RUN'), ...failing({type: 'unauthorized', wants: 'root', reason: 'missing', message: ''})},
	partlyFailed,
);

/** The column in which a text begins. */
const columnOf = (line: string, text: string): number => columnsOf(line.slice(0, line.indexOf(text)));

beforeEach(async () => speak('zh'));

afterEach(async () => speak('en'));

test('the columns of the table are aligned', () => {
	const [head = '', first = '', second = ''] = fleetLines(state, ten, plain);
	expect(head).toMatch(/^AGENT +角色 +任务 +结果 +阶段 +耗时 +原因$/);
	expect(columnOf(first, '1/1')).toBe(columnOf(head, '阶段'));
	expect(columnOf(second, '无法连接')).toBe(columnOf(head, '结果'));
	expect(columnOf(first, 'Own stage @')).toBe(columnOf(head, '原因'));
});

test('stages have their heads above them', () => {
	const [, title = '', head = '', stage = ''] = taskLines(state, ten, 'stages', plain);
	expect(title).toMatch(/^10\.0\.0\.1:2886：.+，ID \d+$/);
	expect(head).toMatch(/^ {2}# +阶段 +结果 +耗时$/);
	expect(columnOf(stage, 'Own stage')).toBe(columnOf(head, '阶段'));
});

test('reasons and their places begin in one column', () => {
	const lines = causeLines(state, ten, plain).filter(line => line.startsWith(' '));
	expect(lines.length).toBeGreaterThan(2);
	expect(new Set(lines.map(line => columnOf(line, line.trimStart().replace(/^(?:原因|位置) +/, ''))))).toEqual(new Set([9]));
});

test('programs read the same as in English', async () => {
	const changes = (): readonly string[] => eventsBetween(stateOf(withTask('RUNNING/RUN'), {}, {}, {}), state, ten).map(event => JSON.stringify(eventDocument(event)));
	const document = (): unknown => fleetDocument({state, now: ten, detail: 'logs', version: '1', isComplete: true, exitCode: 1});
	const chinese = [document(), changes()];
	await speak('en');
	expect(chinese).toEqual([document(), changes()]);
});

test('events are said in Chinese', () => {
	const lines = eventsBetween(stateOf({connection: {type: 'connecting'}}), stateOf(partlyFailed), ten).map(event => eventLine(event, plain));
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('，出错中，阶段 1/1：');
	const troubles = eventsBetween(stateOf(withTask('RUNNING/RUN')), stateOf({...withTask('RUNNING/RUN'), ...failing(refused, true)}), ten).map(event => eventLine(event, plain));
	expect(troubles).toHaveLength(1);
});

test('a recording is named as one, and every exit code has a meaning', () => {
	expect(recordedLines({span: undefined, damaged: 1, lost: 2, disordered: 3})).toEqual(['录制数据，非实时', '已略去：1 行损坏，2 个响应未录制', '3 行顺序错乱：显示的结果可能有误']);
	expect(exitCodeMeanings().filter(({description}) => !/\p{Script=Han}/u.test(description))).toEqual([]);
});

test('what is passed on or typed has obshell\'s own name behind the Chinese one', () => {
	expect(fullName('Start observer')).toMatch(/^\p{Script=Han}.*（Start observer）$/u);
	expect(fullName('Own stage')).toBe('Own stage');
});
