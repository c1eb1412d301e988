import {describe, expect, it} from 'vitest';
import {eventsBetween} from '../../source/headless/watch.js';
import {type AgentError} from '../../source/protocol/errors.js';
import {type Dag} from '../../source/protocol/task.js';
import {type Action} from '../../source/store/actions.js';
import {type State} from '../../source/store/state.js';
import {isEnd, isLoud, transitionsBetween} from '../../source/store/transitions.js';
import {after, makeDag, makeInfo, makeNode, makeNodes, makeStatus, makeSubTask, ten} from '../helpers/tasks.js';
import {fleetOf, play} from '../ui/helpers/stage.js';

const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
const at = (agent: string) => ({agent, at: ten});
const task = (dag: Dag, agent: string = one): Action => ({...at(agent), type: 'task-received', task: dag});
const dagOf = (state: string, change: Partial<Dag> = {}): Dag => {
	const [word = '', operator = ''] = state.split('/', 2);
	return makeDag({state: word, operator, nodes: makeNodes(state), ...change});
};

/** A running task of two stages. In the first one, or the one that is at work, an agent is done for while another one goes on. */
const partly = (state: string, {stage = 1, ...change}: Partial<Dag> = {}): Dag => {
	const node = makeNode({
		name: 'Start observer', state: 'RUNNING', subTasks: [makeSubTask({state, logs: [state === 'FAILED' ? 'ERROR: no memory' : 'starting']}), makeSubTask({id: '32130706433028865', state: 'RUNNING'})],
	});
	const [other] = makeNodes(stage === 1 ? 'PENDING/RUN' : 'SUCCEED/RUN');
	return dagOf('RUNNING/RUN', {stage, maxStage: 2, nodes: stage === 1 ? [node, other!] : [other!, node], ...change});
};

/** What an action changes, in words. */
const told = (before: State, ...actions: readonly Action[]): readonly string[] => transitionsBetween(before, play(before, ...actions)).map(transition => {
	const what = 'outcome' in transition ? `${transition.name} ${transition.outcome.word} ${transition.stage}/${transition.stages}` : ('trouble' in transition ? transition.trouble : '');
	return `${transition.owner === one ? '1' : (transition.owner === two ? '2' : transition.owner)} ${transition.type} ${what}`.trim();
});

const watched = play(fleetOf(2), {...at(one), type: 'info-received', info: makeInfo({agent: one})}, {...at(one), type: 'status-received', status: makeStatus({agent: one})}, {...at(one), type: 'task-absent'});

describe('what changed', () => {
	it('is nothing at first sight, whatever there is', () => {
		expect(told(fleetOf(2), task(dagOf('RUNNING/RUN')), task(dagOf('FAILED/RUN'), two))).toEqual([]);
		expect(told(fleetOf(1), {...at(one), type: 'unfinished-received', tasks: [dagOf('RUNNING/RUN')], ended: []})).toEqual([]);
		expect(told(fleetOf(1), {...at(one), type: 'agent-failed', error: {type: 'timeout', after: 1}, since: ten, lastSeenAt: undefined, isAlive: false})).toEqual([]);
	});

	it('is nothing where nothing did', () => {
		const state = play(watched, task(dagOf('RUNNING/RUN')));
		expect(transitionsBetween(state, state)).toEqual([]);
		expect(told(state, task(dagOf('RUNNING/RUN')), {type: 'selection-moved', by: 1})).toEqual([]);
	});

	it.each<[string, Dag, Dag, readonly string[]]>([
		['success', dagOf('RUNNING/RUN'), dagOf('SUCCEED/RUN'), ['1 outcome-changed Initialize cluster succeeded 1/1']],
		['failure', dagOf('RUNNING/RUN'), dagOf('FAILED/RUN'), ['1 outcome-changed Initialize cluster failed 1/1']],
		['retry', dagOf('FAILED/RUN'), dagOf('RUNNING/RUN'), ['1 outcome-changed Initialize cluster running 1/1']],
		['rollback', dagOf('FAILED/RUN'), dagOf('RUNNING/ROLLBACK'), ['1 outcome-changed Initialize cluster rolling back 1/1']],
		['end of a rollback', dagOf('RUNNING/ROLLBACK'), dagOf('SUCCEED/ROLLBACK'), ['1 outcome-changed Initialize cluster rolled back 1/1']],
		['unknown pair', dagOf('RUNNING/RUN'), dagOf('SUCCEED/NEW'), ['1 outcome-changed Initialize cluster unknown 1/1']],
		['step', dagOf('RUNNING/RUN', {nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')}), dagOf('RUNNING/RUN', {stage: 2, nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN')}), ['1 task-moved Initialize cluster running 2/2']],
		['part that fails while the rest goes on', partly('RUNNING'), partly('FAILED'), ['1 task-failing Initialize cluster running 1/2']],
		['part that goes on failing', partly('FAILED'), partly('FAILED', {operator: 'RUN', endTime: undefined}), []],
		['failure of the only part, which is told as that of the task', dagOf('RUNNING/RUN'), dagOf('RUNNING/RUN', {nodes: [makeNode({state: 'RUNNING', subTasks: [makeSubTask({state: 'FAILED', logs: ['ERROR: x']})]})]}), []],
		['next stage in which a part fails at once', dagOf('RUNNING/RUN', {nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')}), partly('FAILED', {stage: 2}), ['1 task-moved Initialize cluster running 2/2', '1 task-failing Initialize cluster running 2/2']],
		['retry in which a part fails at once', dagOf('FAILED/RUN'), partly('FAILED'), ['1 outcome-changed Initialize cluster running 1/2', '1 task-failing Initialize cluster running 1/2']],
		['new task that fails in a part already', dagOf('SUCCEED/RUN'), partly('FAILED', {id: '22130706433028870', name: 'Upgrade'}), ['1 task-begun Upgrade running 1/2', '1 task-failing Upgrade running 1/2']],
		['new task', dagOf('SUCCEED/RUN'), dagOf('RUNNING/RUN', {id: '22130706433028870', name: 'Upgrade'}), ['1 task-begun Upgrade running 1/1']],
		['new task that is over already', dagOf('SUCCEED/RUN'), dagOf('SUCCEED/RUN', {id: '22130706433028870', name: 'Upgrade'}), ['1 outcome-changed Upgrade succeeded 1/1']],
	])('is a %s', (_, before, now, expected) => {
		expect(told(play(watched, task(before)), task(now))).toEqual(expected);
	});

	it('is a stage with its name, also of a task that was listed with its details before it became the last one', () => {
		const nodes = makeNodes('RUNNING/RUN', 'PENDING/RUN');
		const before = play(watched, task(dagOf('SUCCEED/RUN')), {...at(one), type: 'unfinished-received', tasks: [dagOf('RUNNING/RUN', {id: '22130706433028870', nodes})], ended: []});
		const now = play(before, task(makeDag({id: '22130706433028870', stage: 2, maxStage: 2, nodes: undefined})));
		expect(transitionsBetween(before, now)).toMatchObject([{type: 'task-moved', stage: 2, stageName: 'stage 2'}]);
	});

	it('is the first task of an agent that had none', () => {
		expect(told(watched, task(dagOf('RUNNING/RUN')))).toEqual(['1 task-begun Initialize cluster running 1/1']);
	});

	it('is a failure only once it is known not to be a pause', () => {
		const waiting = makeNode({state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: ['wait operator to advance']})]});
		const running = play(watched, task(dagOf('RUNNING/RUN')));
		// The head of the task comes first, with the stages as they were.
		const head = play(running, task(dagOf('FAILED/RUN', {nodes: undefined})));
		expect(transitionsBetween(running, head)).toEqual([]);
		expect(told(head, task(dagOf('FAILED/RUN', {nodes: [waiting]})))).toEqual(['1 outcome-changed Initialize cluster waiting 1/1']);
		expect(told(head, task(dagOf('FAILED/RUN')))).toEqual(['1 outcome-changed Initialize cluster failed 1/1']);
	});

	it('has the reason why a part failed', () => {
		const state = play(watched, task(partly('RUNNING')));
		const [change] = transitionsBetween(state, play(state, task(partly('FAILED'))));
		expect(change).toMatchObject({type: 'task-failing', why: {causes: [{text: 'no memory'}]}});
		expect(change && [isEnd(change), isLoud(change)]).toEqual([false, true]);
	});

	it('has the reason why a task failed', () => {
		const failed = makeNode({name: 'Start observer', state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: ['ERROR: no memory']})]});
		const state = play(watched, task(dagOf('RUNNING/RUN')));
		expect(transitionsBetween(state, play(state, task(dagOf('FAILED/RUN', {nodes: [failed]}))))).toMatchObject([{why: {causes: [{text: 'no memory'}]}, from: {word: 'running'}, stageName: 'Start observer'}]);
	});

	it('is a task outside maintenance that begins and ends, once the others were listed', () => {
		const backup = dagOf('RUNNING/RUN', {id: '22130706433028879', name: 'Backup'});
		const list = (tasks: readonly Dag[], ended: readonly Dag[] = []): Action => ({...at(one), type: 'unfinished-received', tasks, ended});
		const listed = play(watched, list([]));
		expect(told(watched, list([backup]))).toEqual([]);
		expect(told(listed, list([backup]))).toEqual(['1 task-begun Backup running 1/1']);
		expect(told(play(listed, list([backup])), list([], [{...backup, state: 'SUCCEED'}]))).toEqual(['1 outcome-changed Backup succeeded 1/1']);
		// That it is the agent's last one by now begins nothing.
		expect(told(play(listed, list([backup])), task(backup))).toEqual([]);
	});

	const down: AgentError = {type: 'unreachable', code: 'ECONNREFUSED'};
	const failing = (error: AgentError, isAlive = false): Action => ({...at(one), type: 'agent-failed', error, since: ten, lastSeenAt: ten, isAlive});

	it('is an agent that is lost, in other trouble, and found again', () => {
		expect(told(watched, failing(down))).toEqual(['1 agent-troubled unreachable']);
		const lost = play(watched, failing(down));
		expect(told(lost, failing({type: 'timeout', after: 1}))).toEqual([]);
		expect(told(lost, failing({type: 'unauthorized', wants: 'root', reason: 'refused', message: ''}, true))).toEqual(['1 agent-troubled unauthorized']);
		expect(told(lost, {...at(one), type: 'agent-recovered'})).toEqual(['1 agent-recovered']);
	});

	const minutes = (count: number): number => ten + (count * 60_000);
	const failed = (endTime: number, change: Partial<Dag> = {}): Dag => dagOf('FAILED/RUN', {startTime: endTime - 60_000, endTime, ...change});

	it.each<[string, Dag, readonly string[]]>([
		['failed meanwhile', failed(minutes(2)), ['1 agent-recovered', '1 outcome-changed Initialize cluster failed 1/1']],
		['failed just before, perhaps with the agent', failed(minutes(-5)), ['1 agent-recovered', '1 outcome-changed Initialize cluster failed 1/1']],
		['failed at a time that nothing says', dagOf('FAILED/RUN', {startTime: undefined, endTime: undefined, nodes: []}), ['1 agent-recovered', '1 outcome-changed Initialize cluster failed 1/0']],
		['failed long before', failed(minutes(-60)), ['1 agent-recovered']],
		['succeeded meanwhile', dagOf('SUCCEED/RUN', {startTime: minutes(-60), endTime: minutes(2)}), ['1 agent-recovered', '1 outcome-changed Initialize cluster succeeded 1/1']],
		['succeeded just before', dagOf('SUCCEED/RUN', {startTime: minutes(-2), endTime: minutes(-1)}), ['1 agent-recovered']],
		['began meanwhile', dagOf('RUNNING/RUN', {startTime: minutes(1)}), ['1 agent-recovered', '1 task-begun Initialize cluster running 1/1']],
		['has run for long', dagOf('RUNNING/RUN', {startTime: minutes(-60)}), ['1 agent-recovered']],
		['has run for long, and fails in a part', partly('FAILED', {startTime: minutes(-60)}), ['1 agent-recovered', '1 task-failing Initialize cluster running 1/2']],
	])('is what an agent\'s task did while it could not be read, also at its first sight: it %s', (_, dag, expected) => {
		const lost = play(fleetOf(2), {...at(one), type: 'agent-failed', error: down, since: ten, lastSeenAt: undefined, isAlive: false});
		expect(told(lost, task(dag))).toEqual(expected);
		// It comes back before its task is read, is lost again, and has another clock.
		const skewed: Dag = {...dag, startTime: dag.startTime && dag.startTime + 7_200_000, endTime: dag.endTime && dag.endTime + 7_200_000};
		const back = play(lost, {...at(one), type: 'skew-measured', skew: 7_200_000}, {...at(one), type: 'agent-recovered'}, {...at(one), type: 'agent-failed', error: down, since: minutes(3), lastSeenAt: minutes(1), isAlive: false}, {...at(one), type: 'agent-recovered'});
		expect(told(back, task(skewed))).toEqual(expected.slice(1));
		// An agent that could be read from the start has no news.
		expect(told(fleetOf(2), task(dag))).toEqual([]);
	});

	it('is what a cluster\'s task did while none of its agents could be read', () => {
		const members = [one, two].map(agent => ({agent, zone: '', identity: '', version: ''}));
		const lost = (agent: string): Action => ({...at(agent), type: 'agent-failed', error: down, since: ten, lastSeenAt: undefined, isAlive: false});
		const joined: Action = {...at(one), type: 'cluster-info-received', cluster: {name: 'demo', id: 1, members}};
		const own: Action = {...at(one), type: 'cluster-task-received', task: failed(minutes(2), {id: '1123'})};
		const named = [one, two].map((agent): Action => ({...at(agent), type: 'info-received', info: makeInfo({agent})}));
		expect(told(play(fleetOf(2), lost(one), lost(two), ...named, joined), own)).toMatchObject([expect.stringContaining('outcome-changed Initialize cluster failed') as string]);
		expect(told(play(fleetOf(2), lost(one), ...named, joined), own)).toEqual([]);
	});

	it('is nothing while another agent tries the password first', () => {
		const heldBack = failing({type: 'unauthorized', wants: 'root', reason: 'held-back', by: two, message: ''}, true);
		expect(told(watched, heldBack)).toEqual([]);
		expect(told(play(watched, heldBack), {...at(one), type: 'agent-recovered'})).toEqual([]);
	});

	it('is no answer of a lost agent that waits until another one has tried the password', () => {
		const heldBack = failing({type: 'unauthorized', wants: 'root', reason: 'held-back', by: two, message: ''}, true);
		const refusedThere = failing({type: 'unauthorized', wants: 'root', reason: 'held-back', by: two, isRefused: true, message: ''}, true);
		const lost = play(watched, failing(down));
		expect(told(lost, heldBack)).toEqual([]);
		const waiting = play(lost, heldBack, heldBack);
		expect(told(waiting, failing(down))).toEqual([]);
		expect(told(waiting, refusedThere)).toEqual(['1 agent-troubled unauthorized']);
		expect(told(waiting, {...at(one), type: 'agent-recovered'})).toEqual(['1 agent-recovered']);
		// Another password is entered, and tried elsewhere first.
		expect(told(play(watched, refusedThere), heldBack)).toEqual([]);
		expect(told(play(watched, refusedThere, heldBack), {...at(one), type: 'agent-recovered'})).toEqual(['1 agent-recovered']);
	});

	it('is another process, an agent that joins, one that leaves and one that returns', () => {
		expect(told(watched, {...at(one), type: 'status-received', status: makeStatus({agent: one, pid: 9})})).toEqual(['1 agent-restarted']);
		const left: Action = {...at(one), type: 'agent-left', peer: two};
		expect(told(watched, left)).toEqual(['1 agent-left']);
		expect(told(play(watched, left), {...at(one), type: 'agent-returned'})).toEqual(['1 agent-returned']);
	});

	it('is a database that goes down and is up again, but not one of a cluster that is being created', () => {
		const status = (identity: string, obState: number): Action => ({...at(one), type: 'status-received', status: makeStatus({agent: one, identity, obState})});
		const creating = play(watched, status('MASTER', 0));
		expect(told(creating, status('CLUSTER AGENT', 1))).toEqual([]);
		const up = play(creating, status('CLUSTER AGENT', 3));
		expect(told(up, status('CLUSTER AGENT', 0))).toEqual(['1 database-down']);
		const fallen = play(up, status('CLUSTER AGENT', 0));
		expect(told(fallen, status('CLUSTER AGENT', 2))).toEqual([]);
		expect(told(fallen, status('CLUSTER AGENT', 3))).toEqual(['1 database-up']);
		expect(told(fallen, status('SINGLE', 0))).toEqual([]);
	});

	it('is a cluster\'s own task', () => {
		const members = [one, two].map(agent => ({agent, zone: '', identity: '', version: ''}));
		const inCluster = play(watched, {...at(one), type: 'cluster-info-received', cluster: {name: 'demo', id: 1, members}});
		const own = (dag: Dag | undefined): Action => ({...at(one), type: 'cluster-task-received', task: dag});
		expect(told(inCluster, own(dagOf('RUNNING/RUN', {id: '1123'})))).toEqual([]);
		expect(told(play(inCluster, own(undefined)), own(dagOf('RUNNING/RUN', {id: '1123'})))).toMatchObject([expect.stringContaining('task-begun Initialize cluster') as string]);
	});

	it('is distinguished: what is loud, and what is an end', () => {
		const of = (before: string, now: string, change: Partial<Dag> = {}) => {
			const state = play(watched, task(dagOf(before)));
			return transitionsBetween(state, play(state, task(dagOf(now, change)))).map(transition => [isLoud(transition), isEnd(transition)]);
		};

		expect(of('RUNNING/RUN', 'SUCCEED/RUN')).toEqual([[true, true]]);
		expect(of('RUNNING/RUN', 'FAILED/RUN')).toEqual([[true, true]]);
		expect(of('RUNNING/RUN', 'FAILED/CANCEL')).toEqual([[true, true]]);
		expect(of('FAILED/RUN', 'RUNNING/ROLLBACK')).toEqual([[true, false]]);
		expect(of('RUNNING/RUN', 'RUNNING/RUN', {stage: 2})).toEqual([[false, false]]);
	});
});

/** Every order of some responses. */
const ordersOf = <Value>(values: readonly Value[]): ReadonlyArray<readonly Value[]> =>
	values.length < 2 ? [values] : values.flatMap((value, index) => ordersOf(values.toSpliced(index, 1)).map(rest => [value, ...rest]));

describe('a main task of which a sub-task failed is told to be failing once, in whatever order the responses arrive', () => {
	const idAt = (agent: 1 | 2, number: number): string => `2016777216${agent}02886${number}`;
	const main = makeDag({
		id: idAt(1, 14), name: 'Start OB', startTime: after(1), stage: 1, maxStage: 2, nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN'), links: {subDags: {[one]: idAt(1, 15), [two]: idAt(2, 10)}, mainDagId: undefined},
	});
	const brief: Dag = {...main, nodes: undefined, isBrief: true, links: {subDags: {}, mainDagId: undefined}};
	const partOf = (id: string, state: string, change: Partial<Dag> = {}): Dag => {
		const [word = '', operator = ''] = state.split('/', 2);
		const subTask = makeSubTask({state: word, operator, hasMainTask: true, logs: [word === 'FAILED' ? 'ERROR: no memory' : 'starting']});
		return dagOf(state, {id, name: 'Start observer', links: {subDags: {}, mainDagId: main.id}, nodes: [makeNode({state: word, operator, hasMainTask: true, subTasks: [subTask]})], ...change});
	};

	const [ownPart, failedPart] = [partOf(idAt(1, 15), 'RUNNING/RUN'), partOf(idAt(2, 10), 'FAILED/RUN', {endTime: after(5)})];
	const cluster = {name: 'demo', id: 1, members: [one, two].map(agent => ({agent, zone: 'zone1', identity: 'CLUSTER AGENT' as const, version: '4.5.0.0-0'}))};
	const hello: readonly Action[] = [one, two].flatMap((agent): readonly Action[] => [
		{...at(agent), type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})}, {...at(agent), type: 'cluster-info-received', cluster},
	]);
	const list = (...tasks: readonly Dag[]): Action => ({...at(one), type: 'unfinished-received', tasks, ended: []});
	const mainRead = (dag: Dag): Action => ({...at(one), type: 'main-task-received', id: main.id, task: dag});

	/** An agent first says what it is, and is asked for the main task once a sub-task has named it. */
	const isPossible = (actions: readonly Action[]): boolean => {
		const [asked, named] = [actions.findIndex(({type}) => type === 'main-task-received'), actions.findIndex(action => action.type === 'task-received' && action.task.links.mainDagId !== undefined)];
		const isFirst = [one, two].every(agent => {
			const own = actions.filter(action => 'agent' in action && action.agent === agent);
			return own.every(({type}) => type !== 'info-received') || own[0]?.type === 'info-received';
		});
		return isFirst && (asked === -1 || named < asked);
	};

	/** How often `--watch` and the journal tell of the main task that it is failing. */
	const tellings = (before: State, actions: readonly Action[]): {readonly watch: number; readonly journal: number; readonly order: string} => {
		let state = before;
		const events = actions.flatMap(action => {
			const earlier = state;
			state = play(earlier, action);
			return eventsBetween(earlier, state, ten);
		});
		const isFailure = (what: {readonly type: string}): boolean => 'id' in what && what.id === main.id && (what.type === 'task-failing' || ('isFailing' in what && what.isFailing === true));
		return {
			watch: events.filter(({what}) => isFailure(what)).length,
			journal: state.journal.entries.filter(({transition}) => isFailure(transition)).length,
			order: actions.map(action => `${action.type}${'agent' in action ? ` ${action.agent}` : ''}`).join(', ').replaceAll(/-received|10.0.0.|:2886|-task/g, ''),
		};
	};

	/** Its last stage has one sub-task, which fails because a part has failed: a moment later all of it is failed. */
	const lastStage: Dag = {...main, stage: 2, nodes: [...makeNodes('SUCCEED/RUN'), makeNode({name: 'stage 2', state: 'RUNNING', subTasks: [makeSubTask({state: 'FAILED', logs: [`ERROR: agent ${two} not succeed`]})]})]};
	const running = play(fleetOf(2), ...hello, list(main), task(ownPart), task(partOf(idAt(2, 10), 'RUNNING/RUN'), two), mainRead(main));
	const before = play(fleetOf(2), ...hello, list(), task(partOf(idAt(1, 13), 'SUCCEED/RUN', {links: {subDags: {}, mainDagId: undefined}})), task(partOf(idAt(2, 9), 'SUCCEED/RUN', {links: {subDags: {}, mainDagId: undefined}}), two));

	const skews = (...times: readonly number[]): readonly Action[] => times.map((skew, index) => ({...at(index === 0 ? one : two), type: 'skew-measured', skew}));
	const greeted = play(fleetOf(2), ...hello);

	// What was so at the start is no news. Whether it was so before clocks that differ were measured is not certain.
	const [found, news, never] = [{watch: 1, journal: [0]}, {watch: 1, journal: [1]}, {watch: 0, journal: [0]}];

	it.each<[what: string, before: State, actions: readonly Action[], told: {readonly watch: number; readonly journal: readonly number[]}]>([
		['that was so at the start, listed with its details', fleetOf(2), [...hello, list(main), task(ownPart), task(failedPart, two)], found],
		['that was so at the start, listed without its details', play(fleetOf(2), ...hello.slice(0, 1)), [...hello.slice(1), list(brief), task(ownPart), task(failedPart, two), mainRead(main)], found],
		['that was so at the start, before the cluster has listed anything', fleetOf(2), [...hello, task(ownPart), task(failedPart, two), mainRead(main)], found],
		['that was so at the start, by clocks that both differ from ours', greeted, [...skews(-3_600_000, -3_600_000), task(ownPart), task(failedPart, two), mainRead(main)], found],
		['that was so at the start, by clocks that differ from each other', greeted, [...skews(0, -3_600_000), list(main), task(ownPart), task({...failedPart, endTime: after(5 - 3600)}, two)], {watch: 1, journal: [0, 1]}],
		['at an agent that could not be reached before', play(greeted, list(main), task(ownPart), mainRead(main), {...at(two), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false}), [...hello.slice(2), task(failedPart, two), mainRead({...main, endTime: after(6)})], news],
		['that was retried since, by clocks that both differ from ours', greeted, [...skews(-3_600_000, -3_600_000), task(ownPart), task({...failedPart, endTime: after(0)}, two), mainRead(main)], never],
		['at an agent that is not watched, at the start', fleetOf(1), [...hello.slice(0, 2), list(main, failedPart), task(ownPart), mainRead(brief), mainRead(main)], found],
		['while it was watched', running, [task(failedPart, two), mainRead({...main, endTime: after(6)}), list({...main, endTime: after(6)}), task({...ownPart, endTime: after(6)})], news],
		['which was told, before its last stage fails for that', play(running, task(failedPart, two)), [mainRead(lastStage), list({...lastStage, endTime: after(6)}), task({...ownPart, endTime: after(6)})], {watch: 0, journal: [1]}],
		['while it was watched, before the clocks were measured', running, [...skews(0, -3_600_000), task({...failedPart, endTime: after(5 - 3600)}, two), mainRead({...main, endTime: after(6)})], news],
		['that began since', before, [list(brief), list(main), task(ownPart), task(failedPart, two), mainRead(main)], news],
	])('%s', (_, start, actions, expected) => {
		const orders = ordersOf(actions).filter(order => isPossible(order));
		expect(orders.length).toBeGreaterThan(2);
		expect(orders.map(order => tellings(start, order)).filter(({watch, journal}) => watch !== expected.watch || !expected.journal.includes(journal))).toEqual([]);
	});
});
