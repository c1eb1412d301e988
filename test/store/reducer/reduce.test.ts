import {describe, expect, it} from 'vitest';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {selectScreen} from '../../../source/ui/parts.js';
import {addressOf, after, makeDag, makeInfo, makeNode, makeNodes, makeStatus, makeSubTask, ten} from '../../helpers/tasks.js';

const play = (state: State, ...actions: readonly Action[]): State => {
	let next = state;
	for (const action of actions) {
		next = reduce(next, action);
	}

	return next;
};

const size = {columns: 80, rows: 24};
const one = '10.0.0.1:2886';
const two = '10.0.0.2:2886';
const three = '10.0.0.3:2886';
const fleet = () => initialState([one, two, three].map(text => addressOf(text)), size);
const at = (agent: string) => ({agent, at: ten});
const down: Action = {...at(two), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: after(-10), isAlive: false};
const running = makeDag({stage: 2, nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN', 'PENDING/RUN')});

/** The row that is selected on a list screen, by its key. */
const selected = (state: State): string | undefined => {
	const view = selectScreen(state, after(60));
	return 'list' in view ? (view.list.rows as ReadonlyArray<{key: string; isSelected?: boolean}>).find(row => row.isSelected)?.key : undefined;
};

const agentsView = (state: State) => {
	const view = selectScreen(state, after(60));
	if (view.type !== 'agents') {
		throw new Error(`the screen is ${view.type}`);
	}

	return view;
};

describe('what polling brings', () => {
	it('keeps the last task of an agent that becomes unreachable, and says both', () => {
		const state = play(fleet(), {...at(two), type: 'task-received', task: running}, down);
		const row = agentsView(state).list.rows.find(({key}) => key === two);
		expect(row).toMatchObject({task: {name: 'Initialize cluster', outcome: {word: 'running'}}, asOf: after(-10)});
		expect(row?.problem).toMatch(/^unreachable since \d\d:\d\d local: connection refused$/);
	});

	it('never takes an unreachable agent for one without a task', () => {
		const row = agentsView(play(fleet(), down)).list.rows.find(({key}) => key === two);
		expect(row).toMatchObject({task: undefined, note: undefined});
		expect(agentsView(play(fleet(), {...at(two), type: 'task-absent'})).list.rows[1]).toMatchObject({note: 'no task yet', problem: undefined});
	});

	it('changes nothing at all for an equal task', () => {
		const state = play(fleet(), {...at(one), type: 'task-received', task: running});
		expect(play(state, {...at(one), type: 'task-received', task: structuredClone(running)})).toBe(state);
	});

	it('keeps the stages on screen when only a probe without details came', () => {
		const state = play(fleet(), {...at(one), type: 'task-received', task: running}, {...at(one), type: 'task-received', task: {...running, stage: 3, nodes: undefined, isBrief: true}});
		expect(agentsView(state).list.rows[0]?.task?.progress).toEqual({stage: 3, done: 1, total: 3});
	});

	it('ignores agents that are not watched', () => {
		const state = fleet();
		expect(play(state, {...at('10.9.9.9:2886'), type: 'task-absent'})).toBe(state);
	});

	it('counts running and failed tasks and troubled agents once each', () => {
		const failed = makeDag({state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
		const state = play(fleet(), {...at(one), type: 'task-received', task: running}, {...at(two), type: 'task-received', task: running}, down, {...at(three), type: 'task-received', task: failed});
		expect(agentsView(state).summary).toEqual({agents: 3, parts: [
			{count: 1, word: 'running', tone: 'active', weight: 1}, {count: 1, word: 'failed', tone: 'bad', weight: 3}, {count: 1, word: 'unreachable', tone: 'bad', weight: 3},
		]});
	});
});

describe('clusters', () => {
	const cluster = {name: 'demo', id: 1, members: [one, two].map(agent => ({agent, zone: '', identity: 'CLUSTER AGENT', version: ''}))};
	const named = (agent: string): Action => ({...at(agent), type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})});
	const own = makeDag({id: '17', name: 'Upgrade cluster'});
	const joined = () => play(fleet(), named(one), named(two), named(three), {...at(one), type: 'cluster-info-received', cluster});

	it('are above their agents, with their own last task', () => {
		const state = play(joined(), {...at(one), type: 'cluster-task-received', task: own});
		expect(agentsView(state).list.rows.map(row => [row.type, row.depth, row.label, row.task?.name])).toEqual([
			['cluster', 0, 'demo', 'Upgrade cluster'], ['agent', 1, one, undefined], ['agent', 1, two, undefined], ['agent', 0, three, undefined],
		]);
	});

	it('stay one heading while they get their name, and what was open, selected and collapsed stays so', () => {
		const members = [one, two].map(agent => ({agent, zone: '', identity: 'MASTER', version: ''}));
		const unnamed = play(fleet(), named(one), named(two), named(three), {...at(one), type: 'cluster-info-received', cluster: {name: '', id: 0, members}});
		const chosen = play(unnamed, {type: 'selection-moved', by: 'start'}, {type: 'group-folded'});
		const labels = (state: State) => agentsView(state).list.rows.map(row => row.label);
		expect(labels(chosen)).toEqual(['cluster', three]);
		const half = play(chosen, {...at(one), type: 'cluster-info-received', cluster: {name: 'prod', id: 7, members}});
		// The other agent has not heard of the name yet.
		const late = play(half, {...at(two), type: 'cluster-info-received', cluster: {name: '', id: 0, members}});
		expect([labels(half), labels(late)]).toEqual([['prod', three], ['prod', three]]);
		expect([selected(half), selected(late)]).toEqual([selected(chosen), selected(chosen)]);
		const opened = play(unnamed, {...at(one), type: 'cluster-task-received', task: own}, {type: 'selection-moved', by: 'start'}, {type: 'entered'});
		expect(selectScreen(opened, ten)).toMatchObject({type: 'task', breadcrumb: ['cluster', 'Upgrade cluster']});
		const renamed = play(opened, {...at(one), type: 'cluster-info-received', cluster: {name: 'prod', id: 7, members}});
		expect(selectScreen(renamed, ten)).toMatchObject({type: 'task', breadcrumb: ['prod', 'Upgrade cluster']});
	});

	it('show an unfinished task once, at the agent that its id names, even when another agent lists it', () => {
		// 10.0.0.2:2886, local id 7
		const local = makeDag({id: '20167772162028867', name: 'Start observer'});
		const backup = makeDag({id: '18', name: 'Backup'});
		const state = play(joined(), {...at(one), type: 'unfinished-received', tasks: [backup, local], ended: []});
		expect(agentsView(state).list.rows.map(row => row.task?.name ?? row.label)).toEqual(['demo', 'Backup', one, two, 'Start observer', three]);
	});

	it('do not repeat a task that is shown as a maintenance task', () => {
		const state = play(joined(), {...at(one), type: 'cluster-task-received', task: own}, {...at(one), type: 'unfinished-received', tasks: [own], ended: []});
		expect(agentsView(state).list.rows.filter(row => row.task?.name === 'Upgrade cluster')).toHaveLength(1);
	});
});

describe('going in and out', () => {
	const opened = () => play(fleet(), {...at(one), type: 'task-received', task: running}, {type: 'entered'});

	it('goes from the agents to the log and back by the same way', () => {
		const several = play(opened(), {...at(one), type: 'task-received', task: {...running, nodes: [makeNode({subTasks: [makeSubTask(), makeSubTask({id: '2', key: '2'})]})]}});
		const inLog = play(several, {type: 'entered'}, {type: 'entered'});
		expect([several, play(several, {type: 'entered'}), inLog].map(state => selectScreen(state, ten).type)).toEqual(['task', 'node', 'log']);
		expect(selectScreen(play(inLog, {type: 'went-back'}, {type: 'went-back'}, {type: 'went-back'}), ten).type).toBe('agents');
	});

	it('opens the log of a stage with one sub-task at once, and leads back to the task', () => {
		const inLog = play(opened(), {type: 'entered'});
		expect([inLog, play(inLog, {type: 'went-back'})].map(state => selectScreen(state, ten).type)).toEqual(['log', 'task']);
	});

	it('opens the worst agent of a cluster that has no task of its own', () => {
		const members = [one, two].map(agent => ({agent, zone: '', identity: '', version: ''}));
		const heading: readonly Action[] = [
			...[one, two].map((agent): Action => ({...at(agent), type: 'info-received', info: makeInfo({agent})})),
			{...at(one), type: 'cluster-info-received', cluster: {name: 'demo', id: 1, members}},
			{...at(one), type: 'task-received', task: running},
		];
		const onHeading = play(fleet(), ...heading, {type: 'selection-moved', by: 'start'});
		expect(selectScreen(play(onHeading, {type: 'entered'}), ten)).toMatchObject({type: 'task', breadcrumb: [one, 'Initialize cluster']});
		const failed = play(onHeading, {...at(two), type: 'task-received', task: makeDag({state: 'FAILED', name: 'Upgrade', nodes: makeNodes('FAILED/RUN')})});
		expect(selectScreen(play(failed, {type: 'entered'}), ten)).toMatchObject({type: 'task', breadcrumb: [two, 'Upgrade']});
		expect(agentsView(play(failed, {type: 'entered'}, {type: 'went-back'})).list.rows.find(({isSelected}) => isSelected)?.label).toBe('demo');
	});

	it('stays at the root when there is nothing to leave', () => {
		const state = fleet();
		expect(play(state, {type: 'went-back'})).toBe(state);
	});

	it('opens a single agent on its task', () => {
		const state = initialState([addressOf(one)], size);
		expect(selectScreen(state, ten)).toMatchObject({type: 'nothing', text: 'connecting', isWaiting: true});
		expect(selectScreen(play(state, {...at(one), type: 'task-received', task: running}), ten).type).toBe('task');
	});

	it('selects the stage being worked on until the user chooses, then stays there', () => {
		const next = {...running, stage: 3, nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'RUNNING/RUN')};
		expect(selected(opened())).toBe(running.nodes?.[1]?.key);
		expect(selected(play(opened(), {...at(one), type: 'task-received', task: next}))).toBe(next.nodes[2]?.key);
		const chosen = play(opened(), {type: 'selection-moved', by: -1});
		expect(selected(play(chosen, {...at(one), type: 'task-received', task: next}))).toBe(running.nodes?.[0]?.key);
	});

	it('keeps an open stage in sight when a newer task replaces its task, and says so', () => {
		const newer = makeDag({id: '22130706433028870', name: 'Stop observer'});
		const state = play(opened(), {type: 'entered'}, {...at(one), type: 'task-received', task: newer});
		expect(selectScreen(state, ten)).toMatchObject({type: 'log', breadcrumb: [one, 'Initialize cluster', 'stage 2', '127.0.0.1:2886']});
		expect(state.view.notice?.text).toBe('A newer task has started: Stop observer');
		// Escape leads up through the task whose stage was open, never to another one.
		const task = play(state, {type: 'went-back'});
		expect(selectScreen(task, ten)).toMatchObject({type: 'task', breadcrumb: [one, 'Initialize cluster'], header: {name: 'Initialize cluster', replacedBy: expect.stringMatching(/^Stop observer #\d+$/) as string}});
		const agents = play(task, {type: 'went-back'});
		expect(selectScreen(agents, ten)).toMatchObject({type: 'agents'});
		expect(selectScreen(play(agents, {type: 'entered'}), ten)).toMatchObject({type: 'task', header: {name: 'Stop observer', replacedBy: undefined}});
	});

	it('keeps a failed task on screen when a newer one replaces it, and says how to get to that', () => {
		const newer = makeDag({id: '22130706433028870', name: 'Stop observer'});
		const failed = play(opened(), {...at(one), type: 'task-received', task: {...running, state: 'FAILED', nodes: makeNodes('SUCCEED/RUN', 'FAILED/RUN')}});
		const state = play(failed, {...at(one), type: 'task-received', task: newer});
		expect(selectScreen(state, ten)).toMatchObject({type: 'task', header: {name: 'Initialize cluster', outcome: {word: 'failed'}, replacedBy: expect.stringMatching(/^Stop observer #\d+$/) as string}});
		expect(state.view.notice?.text).toBe('Newer task (Esc, then Enter): Stop observer');
		expect(selectScreen(play(state, {type: 'went-back'}, {type: 'entered'}), ten)).toMatchObject({type: 'task', header: {name: 'Stop observer', replacedBy: undefined}});
	});

	it('says when the task on screen gives way to a newer one', () => {
		const state = play(opened(), {...at(one), type: 'task-received', task: makeDag({id: '22130706433028870', name: 'Stop observer'})});
		expect(selectScreen(state, ten)).toMatchObject({header: {name: 'Stop observer'}});
		expect(state.view.notice?.text).toBe('A newer task has started: Stop observer');
	});
});

describe('a log', () => {
	const logs = Array.from({length: 100}, (_, index) => `line ${index + 1}`);
	const withLogs = (lines: readonly string[]) => {
		const [node] = makeNodes('RUNNING/RUN');
		return makeDag({nodes: node ? [{...node, subTasks: node.subTasks.map(subTask => ({...subTask, logs: lines}))}] : []});
	};

	const inLog = () => play(fleet(), {...at(one), type: 'task-received', task: withLogs(logs)}, {type: 'entered'}, {type: 'entered'}, {type: 'entered'});
	const firstLine = (state: State) => {
		const view = selectScreen(state, ten);
		return view.type === 'log' ? view.rows[0]?.text : view.type;
	};

	it('opens at its end and follows', () => {
		const state = inLog();
		const height = 100 - Number(firstLine(state)?.replace('line ', '')) + 1;
		expect(firstLine(play(state, {...at(one), type: 'task-received', task: withLogs([...logs, 'line 101'])}))).toBe(`line ${102 - height}`);
	});

	it('freezes on any upward move and follows again at the end', () => {
		const frozen = play(inLog(), {type: 'selection-moved', by: -1});
		const before = firstLine(frozen);
		const grown = play(frozen, {...at(one), type: 'task-received', task: withLogs([...logs, 'line 101'])});
		expect(firstLine(grown)).toBe(before);
		expect(firstLine(play(grown, {type: 'selection-moved', by: 'end'}))).not.toBe(before);
	});

	it('shows an entry of several lines as several rows of one entry', () => {
		const view = selectScreen(play(inLog(), {...at(one), type: 'task-received', task: withLogs(['ERROR: a\n: b'])}), ten);
		expect(view).toMatchObject({rows: [{text: 'ERROR: a', severity: 'error', key: '0.0'}, {text: ': b', severity: 'error', key: '0.1'}]});
	});
});

describe('passwords and keys', () => {
	it('asks for the kind that the selected agent wants', () => {
		const state = play(fleet(), {...at(one), type: 'agent-failed', error: {type: 'unauthorized', wants: 'agent', reason: 'missing', message: ''}, since: ten, lastSeenAt: undefined, isAlive: true}, {type: 'password-asked-for'});
		expect(state.view.overlay).toEqual({type: 'password', agent: one, kind: 'agent', scope: 'agent'});
		expect(play(state, {type: 'password-scope-toggled'}).view.overlay).toMatchObject({scope: 'all'});
	});

	it('asks about a key only where one changed', () => {
		expect(play(fleet(), {type: 'key-question-opened'}).view).toMatchObject({overlay: undefined, notice: {text: 'No key of an agent has changed'}});
		const changed = play(fleet(), {...at(two), type: 'agent-failed', error: {type: 'key-changed', known: 'a', offered: 'b', offeredBits: 2048, knownBits: 2048}, since: ten, lastSeenAt: undefined, isAlive: true}, {type: 'selection-moved', by: 'start'}, {type: 'key-question-opened'});
		expect(changed.view).toMatchObject({overlay: undefined, notice: {text: `Changed is the key of ${two}: select it first`}});
	});
});

it('shows an agent\'s role as its status says now, not as its info said before', () => {
	const state = play(fleet(), {...at(one), type: 'info-received', info: makeInfo({identity: 'SINGLE'})}, {...at(one), type: 'status-received', status: makeStatus({identity: 'MASTER'})});
	expect(agentsView(state).list.rows[0]?.role).toBe('master');
});

describe('arranging the agents', () => {
	const failed = makeDag({state: 'FAILED', name: 'Upgrade', nodes: makeNodes('FAILED/RUN')});
	const mixed = () => play(fleet(), {...at(one), type: 'task-received', task: running}, {...at(two), type: 'task-received', task: failed}, {...at(three), type: 'task-absent'});
	const labels = (state: State) => agentsView(state).list.rows.map(row => row.label);
	const filtered = (text: string): readonly Action[] => [{type: 'input-opened', purpose: 'rows'}, {type: 'input-changed', text}, {type: 'input-submitted'}];

	it('keeps the rows that match in any column, and all again', () => {
		expect(labels(play(mixed(), ...filtered('upgr')))).toEqual([two]);
		expect(labels(play(mixed(), ...filtered('0.3')))).toEqual([three]);
		expect(agentsView(play(mixed(), ...filtered('upgr'))).arrangement).toMatchObject({filter: 'upgr', hidden: 2});
		expect(labels(play(mixed(), ...filtered('upgr'), {type: 'arrangement-cleared'}))).toHaveLength(3);
	});

	it('takes a filter back that is cancelled, and says what is wrong with it', () => {
		const typed = play(mixed(), {type: 'input-opened', purpose: 'rows'}, {type: 'input-changed', text: '('});
		expect(typed.view.overlay).toMatchObject({problem: 'missing closing )'});
		expect(labels(play(mixed(), {type: 'input-opened', purpose: 'rows'}, {type: 'input-changed', text: 'upgr'}, {type: 'overlay-closed'}))).toHaveLength(3);
	});

	it('shows faults only: failed tasks and agents that cannot be queried', () => {
		expect(labels(play(mixed(), {...down, agent: three}, {type: 'faults-toggled'}))).toEqual([two, three]);
	});

	it('sorts by a column and back to the user\'s own order', () => {
		const byOutcome = play(mixed(), ...Array.from({length: 4}, (): Action => ({type: 'sort-moved', by: 1})));
		expect(labels(byOutcome)).toEqual([two, one, three]);
		expect(labels(play(byOutcome, {type: 'sort-reversed'}))).toEqual([three, one, two]);
		expect(labels(play(byOutcome, ...Array.from({length: 4}, (): Action => ({type: 'sort-moved', by: -1}))))).toEqual([one, two, three]);
	});

	it('stays on the selected agent when rows are sorted or hidden', () => {
		const state = play(mixed(), {type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: 1}, {type: 'sort-reversed'});
		expect(selected(state)).toBe(two);
		expect(selected(play(state, ...filtered('upgr')))).toBe(two);
	});

	it('folds the agents of a cluster away and brings them back', () => {
		const cluster = {name: 'demo', id: 1, members: [one, two].map(agent => ({agent, zone: '', identity: '', version: ''}))};
		const grouped = play(mixed(), {...at(one), type: 'info-received', info: makeInfo({agent: one})}, {...at(two), type: 'info-received', info: makeInfo({agent: two})}, {...at(one), type: 'cluster-info-received', cluster}, {type: 'selection-moved', by: 'start'});
		const folded = play(grouped, {type: 'group-folded'});
		expect(labels(folded)).toEqual(['demo', three]);
		expect(labels(play(folded, {type: 'group-folded'}))).toEqual(['demo', one, two, three]);
		expect(labels(play(folded, {type: 'arrangement-cleared'}))).toEqual(['demo', one, two, three]);
	});

	describe('with clusters', () => {
		const member = (agent: string, identity: string): readonly Action[] => [
			{...at(agent), type: 'info-received', info: makeInfo({agent, identity})},
			{...at(agent), type: 'status-received', status: makeStatus({agent, identity})},
		];
		const cluster = {name: 'demo', id: 1, members: [one, three].map(agent => ({agent, zone: '', identity: '', version: ''}))};
		const grouped = (...actions: readonly Action[]): State => play(
			mixed(), ...member(one, 'CLUSTER AGENT'), ...member(three, 'CLUSTER AGENT'), ...member(two, 'SINGLE'), {...at(one), type: 'cluster-info-received', cluster}, ...actions,
		);
		const sortedBy = (column: number, ...actions: readonly Action[]): State => grouped(...Array.from({length: column}, (): Action => ({type: 'sort-moved', by: 1})), ...actions);

		it('sorts clusters by the first of their rows, and keeps their agents below them', () => {
			expect(labels(grouped())).toEqual(['demo', one, three, two]);
			// By outcome: what failed first, then the cluster, in which something runs.
			expect(labels(sortedBy(4))).toEqual([two, 'demo', one, three]);
			expect(labels(sortedBy(4, {type: 'sort-reversed'}))).toEqual(['demo', three, one, two]);
			expect(labels(sortedBy(1, {type: 'sort-reversed'}))).toEqual(['demo', three, one, two]);
			expect(agentsView(sortedBy(4)).list.rows.map(({depth}) => depth)).toEqual([0, 0, 1, 1]);
		});

		it('says how many agents are folded away', () => {
			const folded = grouped({type: 'selection-moved', by: 'start'}, {type: 'group-folded'});
			expect(agentsView(folded).list.rows.map(row => [row.label, row.folded])).toEqual([['demo', 2], [two, 0]]);
		});
	});

	it('counts what fails while the rest still runs, and shows it among the faults with why', () => {
		const [node] = makeNodes('RUNNING/RUN');
		const shares = [makeSubTask({key: 'a', state: 'RUNNING'}), makeSubTask({key: 'b', agent: two, state: 'FAILED', logs: ['ERROR: disk full']})];
		const failing = play(fleet(), {...at(two), type: 'task-received', task: makeDag({nodes: [{...node!, subTasks: shares}]})});
		expect(agentsView(failing).summary.parts.map(({count, word}) => `${count} ${word}`)).toEqual(['1 failing']);
		expect(labels(play(failing, {type: 'faults-toggled'}))).toEqual([two]);
		expect(agentsView(failing).list.rows.filter(row => row.isFailing).map(({label, why}) => [label, why?.text])).toEqual([[two, 'disk full']]);
	});

	it('counts what was rolled back, and shows it among the faults', () => {
		const undone = play(fleet(), {...at(two), type: 'task-received', task: makeDag({state: 'SUCCEED', operator: 'ROLLBACK', nodes: makeNodes('SUCCEED/ROLLBACK')})});
		expect(agentsView(undone).summary.parts).toEqual([{count: 1, word: 'rolled back', tone: 'attention', weight: 0.8}]);
		expect(labels(play(undone, {type: 'faults-toggled'}))).toEqual([two]);
	});

	describe('on the heading of a cluster', () => {
		const cluster = {name: 'demo', id: 1, members: [one, two].map(agent => ({agent, zone: '', identity: '', version: ''}))};
		const line = 'ERROR: no space left';
		const broken = makeDag({
			state: 'FAILED', stage: 1, nodes: makeNodes('FAILED/RUN').map(node => ({...node, subTasks: node.subTasks.map(subTask => ({...subTask, agent: two, logs: [line]}))})),
		});
		const headed = (...actions: readonly Action[]): State => play(
			fleet(),
			{...at(one), type: 'info-received', info: makeInfo({agent: one})},
			{...at(two), type: 'info-received', info: makeInfo({agent: two})},
			{...at(one), type: 'cluster-info-received', cluster},
			...actions,
			{type: 'selection-moved', by: 'start'},
		);

		it('why leads to the failure of one of its agents', () => {
			const view = selectScreen(play(headed({...at(one), type: 'task-received', task: running}, {...at(two), type: 'task-received', task: broken}), {type: 'error-jumped-to'}), after(60));
			expect(view).toMatchObject({type: 'log', breadcrumb: [two, 'Initialize cluster', 'stage 1', two], rows: [{text: line, isSelected: true}]});
		});

		it('why says that nothing failed where nothing did', () => {
			expect(play(headed({...at(one), type: 'task-received', task: running}), {type: 'error-jumped-to'}).view.notice?.text).toBe('Nothing has failed in demo');
			expect(play(headed({...at(one), type: 'task-absent'}, {...at(two), type: 'task-absent'}), {type: 'error-jumped-to'}).view.notice?.text).toBe('No task here');
		});

		it('why never takes an agent that was not reached for one without a task', () => {
			expect(play(headed(), {type: 'error-jumped-to'}).view.notice?.text).toBe('The task is not known yet');
			const lost: Action = {...at(two), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false};
			expect(play(headed(lost), {type: 'error-jumped-to'}).view.notice?.text).toMatch(/^No task is known: unreachable .*connection refused/);
		});

		it('a password is for the agent that wants one', () => {
			const wants: Action = {...at(two), type: 'agent-failed', error: {type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}, since: ten, lastSeenAt: undefined, isAlive: true};
			expect(play(headed(wants), {type: 'password-asked-for'}).view.overlay).toMatchObject({type: 'password', agent: two});
		});
	});
});

it('comes back to the row that was entered, also when it had been selected by itself', () => {
	const state = play(fleet(), {...at(one), type: 'task-received', task: running}, {type: 'entered'}, {type: 'entered'});
	const done = {...running, stage: 3, nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'RUNNING/RUN')};
	expect(selected(play(state, {...at(one), type: 'task-received', task: done}, {type: 'went-back'}))).toBe(running.nodes?.[1]?.key);
});
