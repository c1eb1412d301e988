import {describe, expect, it} from 'vitest';
import {linesOf} from '../../../source/protocol/logs.js';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type State} from '../../../source/store/state.js';
import {selectScreen} from '../../../source/ui/parts.js';
import {addressOf, after, makeDag, makeInfo, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';
import {
	agent,
	at,
	filter,
	numbered,
	open,
	play,
	received,
	search,
	settled,
	texts,
	up,
	view,
	withLogs,
} from './helpers/open-log.js';

describe('following', () => {
	it('shows new lines at the end', () => {
		expect(texts(play(open(numbered(20)), received(withLogs(numbered(21))))).at(-1)).toBe('line 21');
	});

	it('stops following after an upward move, counts what is new, and follows again at the end', () => {
		const frozen = play(open(numbered(20)), up);
		const grown = play(frozen, received(withLogs(numbered(23))));
		expect(texts(grown)).toEqual(texts(frozen));
		expect(view(grown).status).toMatchObject({isFollowing: false, newEntries: 3});
		expect(view(play(grown, {type: 'selection-moved', by: 'end'})).status).toMatchObject({isFollowing: true, newEntries: 0});
		expect(texts(play(grown, {type: 'follow-toggled'})).at(-1)).toBe('line 23');
	});

	it('counts no visible line as new', () => {
		const frozen = play(open(numbered(3)), up);
		const grown = play(frozen, received(withLogs(numbered(5))));
		expect(texts(grown)).toEqual(numbered(5));
		expect(view(grown).status).toMatchObject({isFollowing: false, newEntries: 0});
	});

	it('keeps the lines while the task has none between attempts', () => {
		expect(texts(play(open(numbered(3)), received(withLogs(undefined))))).toEqual(numbered(3));
	});

	it('keeps search, wrap and sideways scrolling as they were when lines arrive', () => {
		const state = settled(play(open(numbered(20)), ...search('line 1'), {type: 'wrap-toggled'}, {type: 'scrolled-sideways', by: 2}));
		const grown = settled(play(state, received(withLogs(numbered(40)))));
		expect(texts(grown)).toEqual(texts(state));
		expect(view(grown)).toMatchObject({scrollColumn: 2, status: {search: {source: 'line 1', matches: 11}}});
	});
});

describe('lines from the log endpoint', () => {
	const entries = ['start', 'ERROR: no', 'undo'].map((text, index) => ({
		id: index, executeTimes: index < 2 ? 1 : 2, text, time: ten + index,
	}));
	const answered: Action = {...at, type: 'logs-received', subTask: makeSubTask().id, lines: linesOf(entries)};

	it('bring times and executions, which the task does not take away again', () => {
		const state = play(open(['start']), answered, received(withLogs(['start', 'ERROR: no'])));
		expect(view(state)).toMatchObject({hasTimes: true});
		expect(texts(state)).toEqual(['start', 'ERROR: no', 'attempt 2', 'undo']);
	});

	it('let ] and [ go from execution to execution, with the cursor where the log is too short to scroll', () => {
		const marked = (state: State) => view(state).rows.find(row => row.isSelected && row.type === 'text')?.text;
		const next = play(open(['start']), answered, {type: 'selection-moved', by: 'start'}, {type: 'execution-jumped-to', by: 1});
		expect(marked(next)).toBe('undo');
		expect(marked(play(next, {type: 'execution-jumped-to', by: -1}))).toBe('start');
		expect(play(next, {type: 'execution-jumped-to', by: 1}).view.notice?.text).toBe('No later attempt');
	});

	it('leave those of the task, and say why, where the agent lacks the call', () => {
		const state = play(open(['start']), {...at, type: 'logs-failed', subTask: makeSubTask().id, error: {type: 'refused', status: 404, code: '', message: 'not found', traceId: ''}});
		expect(texts(state)).toEqual(['start']);
		expect(view(state).status.problem).toBe('not found');
	});

	it('are forgotten when the log is closed', () => {
		expect(play(open(['start']), answered, {type: 'went-back'}).logs.size).toBe(0);
	});
});

describe('searching', () => {
	it('goes to the match while typing, and back on cancel', () => {
		const before = open(numbered(50));
		const typed = play(before, {type: 'input-opened', purpose: 'search'}, {type: 'input-changed', text: 'line 7$'});
		expect(view(typed).rows.find(row => row.isSelected)).toMatchObject({text: 'line 7', matches: [[0, 6]]});
		expect(texts(play(typed, {type: 'overlay-closed'}))).toEqual(texts(before));
	});

	it('counts all matches in slices and goes from one to the next', () => {
		const found = settled(play(open(numbered(50_000)), ...search('line 4999.$')));
		expect(view(found).status.search).toEqual({source: 'line 4999.$', matches: 10, rank: 10, isCounting: false});
		const first = settled(play(open(numbered(50_000)), {type: 'selection-moved', by: 'start'}, ...search('line 4999.$')));
		expect(view(first).rows.find(row => row.isSelected)?.text).toBe('line 49990');
		expect(view(settled(play(first, {type: 'match-jumped-to', by: 1}))).rows.find(row => row.isSelected)?.text).toBe('line 49991');
	});

	it('goes on from the top where there is no further match below, and says so', () => {
		const found = settled(play(open(numbered(50)), {type: 'selection-moved', by: 'end'}, ...search('line (1|50)$')));
		expect(settled(play(found, {type: 'match-jumped-to', by: 1})).view.notice?.text).toBe('No match below: continued from the top');
	});

	it('says what is wrong with an expression and keeps everything', () => {
		const before = open(numbered(50));
		const typed = play(before, {type: 'input-opened', purpose: 'search'}, {type: 'input-changed', text: '('});
		expect(typed.view.overlay).toMatchObject({problem: 'missing closing )'});
		expect(play(typed, {type: 'input-submitted'}).view.overlay).toBeDefined();
		expect(texts(typed)).toEqual(texts(before));
	});
});

describe('hiding', () => {
	it('keeps matching lines and counts the hidden ones, until the filter is empty', () => {
		const state = settled(play(open(numbered(50)), ...filter('7$')));
		expect(texts(state)).toEqual(['line 7', 'line 17', 'line 27', 'line 37', 'line 47']);
		expect(view(state).status.filter).toEqual({source: '7$', hidden: 45, isCounting: false});
		expect(view(play(state, ...filter(''))).status.filter).toBeUndefined();
	});

	it('does not say that nothing passes as long as it is still looking', () => {
		const typed = play(open(numbered(200_000)), ...filter('line 5$'));
		expect(view(typed).note).toBe('filtering lines');
		expect(texts(settled(typed))).toEqual(['line 5']);
		expect(view(settled(play(open(numbered(200_000)), ...filter('nothing')))).note).toBe('No line matches the filter (& changes it)');
	});

	it('shows errors only, or warnings too, or says that nothing is left', () => {
		const state = open(['a', 'WARN: b', 'ERROR: c']);
		const warnings = play(state, {type: 'severity-cycled'});
		expect(texts(warnings)).toEqual(['WARN: b', 'ERROR: c']);
		expect(texts(play(warnings, {type: 'severity-cycled'}))).toEqual(['ERROR: c']);
		expect(view(play(open(['a']), {type: 'severity-cycled'})).note).toBe('No warning or error in this log (L shows all lines)');
	});

	it('shows one line for repeats, and all on c', () => {
		const state = open(['running', 'running', 'done']);
		expect(view(state).rows.map(row => row.repeats)).toEqual([2, 1]);
		expect(texts(play(state, {type: 'repeats-toggled'}))).toEqual(['running', 'running', 'done']);
	});
});

describe('reasons and links', () => {
	const remoteId = '20167772162028867';
	const failed = makeDag({
		state: 'FAILED', nodes: [makeNode({state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: [...numbered(30), `remote task ${remoteId} Start observer running [1/1]`, 'ERROR: disk full', 'after']})]})],
	});
	const state = () => play(initialState([addressOf(agent), addressOf('10.0.0.2')], {columns: 80, rows: 11}), received(failed));

	it('e goes from the agents to the line that says why', () => {
		const opened = play(state(), {type: 'error-jumped-to'});
		expect(view(opened).rows.find(row => row.isSelected)?.text).toBe('ERROR: disk full');
		expect(opened.view.stack.map(screen => screen.type)).toEqual(['agents', 'task', 'log']);
	});

	it('e in a log goes from error to error', () => {
		const opened = play(open(['ERROR: a', 'b', 'ERROR: c']), {type: 'error-jumped-to'});
		const marked = (next: State) => view(next).rows.find(row => row.isSelected)?.text;
		expect([marked(opened), marked(play(opened, {type: 'error-jumped-to'})), marked(play(opened, {type: 'error-jumped-to'}, {type: 'error-jumped-to'}))]).toEqual(['ERROR: a', 'ERROR: c', 'ERROR: a']);
	});

	/** A stage that failed on these agents, one after the other, in a window of `rows` rows. */
	const withShares = (shares: ReadonlyArray<{readonly logs: readonly string[]; readonly executeTimes?: number}>, rows = 11) => play(initialState([addressOf(agent)], {columns: 60, rows}), received(makeDag({
		state: 'FAILED', nodes: [makeNode({state: 'FAILED', subTasks: shares.map((share, index) => makeSubTask({id: `${index}`, key: `${index}`, state: 'FAILED', agent: `10.0.0.${index}:2886`, endTime: after(index), ...share}))})],
	})));
	const cause: Action = {type: 'error-jumped-to'};
	const markedText = (next: State): string | undefined => view(next).rows.find(row => row.hasCursor)?.text;

	it('e goes to the line within an entry of many lines, and marks it', () => {
		const script = ['ERROR: the script failed, execute logs:', ...numbered(40), 'Traceback (most recent call last):', '  File "a.py", line 3', 'CheckFailed: tenant a', ': exit status 1'].join('\n');
		const opened = play(withShares([{logs: ['start', script]}]), cause);
		expect(markedText(opened)).toBe('CheckFailed: tenant a');
		expect(markedText(play(opened, cause))).toBe('CheckFailed: tenant a');
	});

	it('again it goes to the next reason, in whichever log that is, and from the last to the first', () => {
		const opened = play(withShares([{logs: ['ERROR: context canceled']}, {logs: ['ERROR: disk full', 'ERROR: cleanup failed']}, {logs: ['ERROR: no route']}]), cause);
		const states = [opened, play(opened, cause), play(opened, cause, cause), play(opened, cause, cause, cause)];
		expect(states.map(one => markedText(one))).toEqual(['ERROR: disk full', 'ERROR: no route', 'ERROR: context canceled', 'ERROR: disk full']);
		expect(states.map(one => one.view.notice?.text)).toEqual(['Reason 1 of 3; e shows the next', 'Reason 2 of 3', 'Reason 3 of 3', 'Reason 1 of 3']);
	});

	it('counts no reason of a task that was started again since, but leads there in the end', () => {
		const attempt = (id: string, line: string) => makeDag({id, name: 'Start OB', state: 'FAILED', nodes: [makeNode({state: 'FAILED', subTasks: [makeSubTask({id: `3${id.slice(1)}`, key: id, state: 'FAILED', agent, logs: [line]})]})]});
		const [first, second, third] = [attempt('20167772161028861', 'ERROR: no memory'), attempt('20167772161028862', 'ERROR: no route'), {...attempt('20167772161028863', 'ERROR: other'), name: 'Stop OB'}];
		const members = [agent].map(name => ({agent: name, zone: '', identity: '', version: ''}));
		const begun = play(
			initialState([addressOf(agent)], {columns: 60, rows: 11}, {isGrowing: true}),
			{agent, at: after(0), type: 'info-received', info: makeInfo({agent})},
			{agent, at: after(0), type: 'cluster-info-received', cluster: {name: 'demo', id: 1, members: [...members, {agent: '10.0.0.9:2886', zone: '', identity: '', version: ''}]}},
			{agent, at: after(0), type: 'cluster-task-received', task: makeDag({id: '19', name: 'Check', state: 'SUCCEED'})},
			received(third),
			{agent, at: after(1), type: 'unfinished-received', tasks: [second, first], ended: []},
		);
		const opened = play(begun, {type: 'selection-moved', by: 'start'}, cause);
		const states = [opened, play(opened, cause), play(opened, cause, cause), play(opened, cause, cause, cause)];
		expect(states.map(one => [markedText(one), one.view.notice?.text])).toEqual([
			['ERROR: other', 'Reason 1 of 2; e shows the next'], ['ERROR: no route', 'Reason 2 of 2'], ['ERROR: no memory', 'Reason of an earlier attempt'], ['ERROR: other', 'Reason 1 of 2'],
		]);
	});

	it('of the only reason it goes on to the other errors of the last attempt, never to an older one', () => {
		const opened = play(withShares([{executeTimes: 3, logs: ['start', 'ERROR: old', 'undo', 'start', 'ERROR: new', 'ERROR: cleanup failed']}]), cause);
		expect([opened, play(opened, cause), play(opened, cause, cause)].map(one => markedText(one))).toEqual(['ERROR: new', 'ERROR: cleanup failed', 'ERROR: new']);
	});

	it('keeps the line in sight when its lines come with times and attempts, and however they are laid out', () => {
		const logs = ['start', ...numbered(3).map(line => `${line} ${'x'.repeat(50)}`), 'ERROR: old', 'undo', 'start', ...numbered(9).map(line => `${line} ${'y'.repeat(50)}`), 'ERROR: new'];
		const opened = play(withShares([{executeTimes: 3, logs}, {logs: ['ERROR: new']}]), cause, {type: 'went-back'}, {type: 'went-back'}, cause);
		expect(markedText(opened)).toBe('ERROR: new');
		const lines = linesOf(logs.map((text, index) => ({id: index, executeTimes: index < 5 ? 1 : (index < 6 ? 2 : 3), text, time: ten + index})));
		const told = play(opened, {...at, type: 'logs-received', subTask: '0', lines});
		const states = [told, play(told, {type: 'times-toggled'}), play(told, {type: 'wrap-toggled'}), play(told, {type: 'repeats-toggled'}), play(told, {type: 'resized', columns: 40, rows: 8})];
		expect(states.map(one => markedText(one))).toEqual(states.map(() => 'ERROR: new'));
		expect(view(told).hasTimes).toBe(true);
		expect(markedText(play(told, cause))).toBe('ERROR: new');
	});

	it('o leads from a remote line to the task on its agent, which is shown when it comes', () => {
		const linked = play(state(), {...at, agent: '10.0.0.2:2886', type: 'info-received', info: {
			agent: '10.0.0.2:2886', pid: 1, startedAt: undefined, version: '', zone: '', identity: '', homePath: '', obVersion: '', architecture: '', isObproxyAgent: false, security: false, supportedAuth: [], isSeekdb: false,
		}}, {type: 'error-jumped-to'}, {type: 'links-opened'});
		expect(linked.view.stack.at(-1)).toMatchObject({type: 'task', task: {owner: '10.0.0.2:2886', id: remoteId}});
		const shown = play(linked, {...at, type: 'linked-task-received', id: remoteId, task: makeDag({id: remoteId, name: 'Start observer'})});
		expect(selectScreen(shown, ten)).toMatchObject({type: 'task', header: {name: 'Start observer'}});
		expect(selectScreen(play(shown, {type: 'went-back'}), ten).type).toBe('log');
	});

	it('says why a linked task cannot be had, and stops waiting for it', () => {
		const linked = play(state(), {type: 'error-jumped-to'}, {type: 'links-opened'});
		expect(selectScreen(linked, ten)).toMatchObject({type: 'nothing', text: `loading task ${remoteId}`, isWaiting: true});
		expect(selectScreen(play(linked, {...at, type: 'linked-task-received', id: remoteId, task: undefined}), ten)).toMatchObject({text: `task ${remoteId} is no longer known`, isWaiting: false});
		expect(selectScreen(play(linked, {...at, type: 'linked-task-failed', id: remoteId, error: {type: 'timeout', after: 10_000}}), ten)).toMatchObject({text: `task ${remoteId} cannot be read: no response within 10 s`});
	});

	it('o lists several linked tasks, the main task first', () => {
		const tree = makeDag({links: {subDags: {a: '22130706433028870', b: '20167772162028867'}, mainDagId: '17'}});
		const listed = play(initialState([addressOf(agent)], {columns: 80, rows: 24}), received(tree), {type: 'links-opened'});
		expect(selectScreen(listed, ten)).toMatchObject({type: 'links', list: {rows: [{kind: 'main task', id: '17'}, {kind: 'sub-task'}, {kind: 'sub-task', place: '10.0.0.2:2886'}]}});
	});

	it('o says when there is nothing to follow', () => {
		expect(play(open(['a']), {type: 'links-opened'}).view.notice?.text).toBe('This task has no linked tasks');
	});
});
