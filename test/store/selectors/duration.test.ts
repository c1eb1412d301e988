import {describe, expect, it} from 'vitest';
import {withDetailsOf} from '../../../source/protocol/outcome.js';
import {type Dag, type TaskNode} from '../../../source/protocol/task.js';
import {agentNow, durationOf, endedAt} from '../../../source/store/selectors/basics.js';
import {type AgentEntry} from '../../../source/store/state.js';
import {after, makeDag, makeEntry, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';

const row = (pair: string, startTime: number | undefined, endTime: number | undefined) => {
	const [state = '', operator = ''] = pair.split('/', 2);
	return {
		state, operator, startTime, endTime,
	};
};

describe('how long something took', () => {
	it.each([
		['a finished row takes from start to end', row('SUCCEED/RUN', after(1), after(4)), 3000],
		['a failed one too', row('FAILED/RUN', after(1), after(4)), 3000],
		['a running row grows, whatever stale end it carries', row('RUNNING/RUN', after(1), after(4)), 59_000],
		['a rolling back row grows too', row('RUNNING/ROLLBACK', after(1), after(1)), 59_000],
		['a pending row has its creation time as both, which means nothing', row('PENDING/RUN', after(1), after(1)), undefined],
		['a row that is ready has the times of its last attempt', row('READY/RETRY', after(1), after(4)), undefined],
		['an unset start means nothing', row('FAILED/RUN', undefined, after(4)), undefined],
		['an unset end of a finished row means nothing', row('SUCCEED/RUN', after(1), undefined), undefined],
		['an end before the start means nothing', row('SUCCEED/RUN', after(4), after(1)), undefined],
		['a stage passed before its turn took no time', row('SUCCEED/PASS', after(1), after(1)), undefined],
		['what is passed after it failed gets the time of the pass as its end, which is not when it failed', row('SUCCEED/PASS', after(1), after(3)), undefined],
		['a start in the future, by a skew measured a little wrong, counts as zero', row('RUNNING/RUN', after(61), after(61)), 0],
	])('%s', (_, given, expected) => {
		expect(durationOf(given, after(60))).toBe(expected);
	});

	it('is unknown of what runs at an agent whose clock was not read yet, but not of what is over', () => {
		const present = (change: Partial<AgentEntry>) => agentNow({...makeEntry(), skew: undefined, ...change}, after(60), {});
		const [runs, ended] = [row('RUNNING/RUN', after(1), after(4)), row('SUCCEED/RUN', after(1), after(4))];
		expect(durationOf(runs, present({}))).toBeUndefined();
		expect(durationOf(ended, present({}))).toBe(3000);
		expect(durationOf(runs, present({skew: 3_600_000}))).toBe(3_659_000);
		const failing = {type: 'failing', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false} as const;
		expect(durationOf(runs, present({connection: failing}))).toBe(59_000);
	});

	describe('of what was cancelled', () => {
		const times = (start: number, end: number) => ({startTime: after(start), endTime: after(end)});
		const done = makeNode({...times(0, 2), subTasks: [makeSubTask(times(0, 1))]});
		// As recorded: cancelling gives the stage and the task its own time, and leaves the sub-task's alone.
		const stage = (executeTimes = 1) => makeNode({state: 'FAILED', operator: 'CANCEL', ...times(6, 7), subTasks: [makeSubTask({state: 'FAILED', ...times(4, 6), executeTimes})]});
		const cancelled = (node: TaskNode) => makeDag({state: 'FAILED', operator: 'CANCEL', ...times(6, 8), nodes: [done, node, makeNode({state: 'PENDING', ...times(0, 0)})]});

		it('begins with the first of its parts', () => {
			expect(durationOf(stage(), after(60))).toBe(3000);
			expect(durationOf(cancelled(stage()), after(60))).toBe(8000);
			expect(durationOf({...cancelled(stage()), state: 'RUNNING'}, after(7))).toBe(7000);
		});

		it('is unknown after an earlier retry, whose start is not recorded', () => {
			expect(durationOf(stage(3), after(60))).toBe(3000);
			expect(durationOf(cancelled(stage(3)), after(60))).toBe(undefined);
			expect(durationOf({...cancelled(stage()), nodes: undefined}, after(60))).toBe(undefined);
		});
	});

	describe('of what its main task passed', () => {
		const part = (state: string, operator: string, end: number, logs: readonly string[]) => {
			const common = {state, operator, hasMainTask: true};
			return makeDag({state, operator, startTime: after(0), endTime: after(end + 1), links: {subDags: {}, mainDagId: '22130706433028870'}, nodes: [
				makeNode({...common, startTime: after(0), endTime: after(end + 1), subTasks: [makeSubTask({...common, startTime: after(0), endTime: after(end), logs})]}),
			]});
		};

		const durations = (dag: Dag) => [dag, ...dag.nodes ?? [], ...(dag.nodes ?? []).flatMap(({subTasks}) => subTasks)].map(one => durationOf(one, after(60)));
		const error = ['start', 'ERROR: no memory'];

		it('is that of the failure, as an earlier response said', () => {
			const failed = part('FAILED', 'RUN', 6, error);
			const passed = withDetailsOf(failed, part('SUCCEED', 'PASS', 15, error));
			expect(durations(failed)).toEqual([7000, 7000, 6000]);
			expect(durations(passed)).toEqual([7000, 7000, 6000]);
			expect(durations(withDetailsOf(passed, part('SUCCEED', 'PASS', 15, error)))).toEqual([7000, 7000, 6000]);
			expect(endedAt(passed)).toBe(after(7));
		});

		it('is unknown if only the pass was seen', () => {
			expect(durations(part('SUCCEED', 'PASS', 15, error))).toEqual([undefined, undefined, undefined]);
		});

		it('goes on until the pass if it only paused for its main task', () => {
			expect(durations(part('SUCCEED', 'PASS', 15, ['start', 'wait operator to advance']))).toEqual([16_000, 16_000, 15_000]);
		});

		it('does not take the end of an earlier attempt', () => {
			const retried = part('SUCCEED', 'PASS', 15, error);
			expect(withDetailsOf({...part('FAILED', 'RUN', 6, error), startTime: after(-30)}, retried).failedAt).toBe(undefined);
		});
	});

	it('uses the agent\'s clock, and stops when the task was last read, whatever its agent does', () => {
		const failing = makeEntry({skew: 5000, connection: {
			type: 'failing', error: {type: 'timeout', after: 10_000}, since: after(-30), lastSeenAt: after(-40), isAlive: false,
		}});
		for (const entry of [makeEntry({skew: 5000}), failing]) {
			expect(agentNow(entry, ten, makeDag({}))).toBe(after(5));
			expect(agentNow(entry, ten, makeDag({lastReadAt: after(-40)}))).toBe(after(-35));
			expect(agentNow(entry, ten, makeDag({unlisted: {seenAt: after(-50), end: 'asked'}}))).toBe(after(-45));
		}
	});
});
