import fc from 'fast-check';
import {describe, expect, it, test} from 'vitest';
import {printable} from '../../../source/lib/printable.js';
import {type Dag} from '../../../source/protocol/task.js';
import {createStore} from '../../../source/store/store.js';
import {createTerminalNotifier, type TerminalNotifierDeps, titleOf} from '../../../source/ui/effects/bell-and-title.js';
import {makeDag, makeInfo, makeNodes, ten} from '../../helpers/tasks.js';
import {fleetOf} from '../helpers/stage.js';

const agent = '10.0.0.1:2886';

const open = (options: Partial<TerminalNotifierDeps> = {}, identity = 'MASTER') => {
	const written: string[] = [];
	const store = createStore(fleetOf(2));
	store.dispatch({type: 'info-received', agent, at: ten, info: makeInfo({agent, identity})});
	store.dispatch({type: 'task-absent', agent, at: ten});
	const end = createTerminalNotifier({
		store, hasBell: true, hasTitle: true, isTmux: false, ...options,
		write(sequence) {
			written.push(sequence);
		},
	});
	const comes = (pair: string, change: Partial<Dag> = {}): void => {
		const [state = '', operator = ''] = pair.split('/', 2);
		store.dispatch({type: 'task-received', agent, at: ten, task: makeDag({state, operator, nodes: makeNodes(pair, pair), ...change})});
	};

	return {written, comes, end, store};
};

const bell = '\u0007';
const title = (text: string): string => `\u001B]2;${text}${bell}`;
const save = '\u001B[22;2t';

describe('the bell and the title', () => {
	it.each([
		['SUCCEED/RUN', 'succeeded'], ['FAILED/RUN', 'failed'], ['FAILED/CANCEL', 'cancelled'], ['SUCCEED/ROLLBACK', 'rolled back'], ['SUCCEED/PASS', 'passed'],
	])('tell of %s: %s', (pair, word) => {
		const {written, comes} = open();
		comes('RUNNING/RUN');
		expect(written).toEqual([]);
		comes(pair);
		expect(written).toEqual([bell, `${save}${title(`${word}: Initialize cluster (${agent})`)}`]);
	});

	it('do not report beginnings, stages and retries', () => {
		const {written, comes} = open();
		comes('RUNNING/RUN');
		comes('RUNNING/RUN', {stage: 2});
		comes('RUNNING/ROLLBACK');
		expect(written).toEqual([]);
	});

	it('save the terminal\'s own title once, and give it back', () => {
		const {written, comes, end} = open({hasBell: false});
		comes('RUNNING/RUN');
		comes('FAILED/RUN');
		comes('RUNNING/RUN');
		comes('SUCCEED/RUN');
		expect(written.map(sequence => sequence.includes(save))).toEqual([true, false]);
		expect(end()).toBe('\u001B[23;2t');
		comes('RUNNING/RUN', {id: '22130706433028870'});
		comes('SUCCEED/RUN', {id: '22130706433028870'});
		expect(written).toHaveLength(2);
	});

	it('name the window of tmux, too, which afterwards names itself', () => {
		const {written, comes, end} = open({hasBell: false, isTmux: true});
		comes('RUNNING/RUN');
		comes('FAILED/RUN');
		expect(written[0]).toContain(`\u001Bkfailed: Initialize cluster (${agent})\u001B\\`);
		expect(end()).toBe('\u001B[23;2t\u001Bk\u001B\\');
	});

	it('can each be left out, and where nothing was written nothing is given back', () => {
		const silent = open({hasBell: false, hasTitle: false});
		silent.comes('RUNNING/RUN');
		silent.comes('FAILED/RUN');
		expect([silent.written, silent.end()]).toEqual([[], '']);
		const ringing = open({hasTitle: false});
		ringing.comes('RUNNING/RUN');
		ringing.comes('FAILED/RUN');
		expect([ringing.written, ringing.end()]).toEqual([[bell], '']);
	});

	it('are not for every stage of which a follower does its share, unless it fails', () => {
		const {written, comes} = open({hasTitle: false}, 'FOLLOWER');
		comes('RUNNING/RUN', {nodes: makeNodes('RUNNING/RUN')});
		comes('SUCCEED/RUN', {nodes: makeNodes('SUCCEED/RUN')});
		expect(written).toEqual([]);
		comes('RUNNING/RUN', {id: '22130706433028870', nodes: makeNodes('RUNNING/RUN')});
		comes('FAILED/RUN', {id: '22130706433028870', nodes: makeNodes('FAILED/RUN')});
		expect(written).toEqual([bell]);
	});

	it('are for a sub-task only if it fails, which no end of another one hides', () => {
		const {written, comes} = open({hasBell: false});
		const [one, two] = ['22130706433028870', '22130706433028871'];
		const links = {subDags: {}, mainDagId: '22130706433028869'};
		comes('RUNNING/RUN', {id: one, name: 'Start observer', links});
		comes('FAILED/RUN', {id: one, name: 'Start observer', links, nodes: makeNodes('FAILED/RUN')});
		comes('RUNNING/RUN', {id: two, name: 'Start observer', links});
		comes('SUCCEED/PASS', {id: two, name: 'Start observer', links});
		expect(written.at(-1) ?? '').not.toContain('ended');
	});
});

test('whatever a task is called, its title ends no sequence and begins none', () => {
	fc.assert(fc.property(fc.string({unit: 'binary'}), name => {
		const text = titleOf({number: 0, at: ten, label: agent, transition: {
			type: 'outcome-changed', owner: agent, id: '1', name, outcome: {word: 'failed'}, from: undefined, why: undefined, stage: 1, stages: 1, stageName: undefined,
		}});
		expect(text).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
		expect(text.length).toBeLessThanOrEqual(100);
		expect(printable(text)).toBe(text);
	}));
});
