import {describe, expect, it} from 'vitest';
import {estimateOf, isSlow, noRuns, type PastRun, patienceOf, runLimits, usualAmong, usualTimesOf, withRuns} from '../../source/store/runs.js';
import {after} from '../helpers/tasks.js';

const run = (change: Partial<PastRun> & {readonly number?: number} = {}): PastRun => {
	const {number = 1, ...rest} = change;
	return {place: '10.0.0.1:2886', name: 'Start observer', id: `2${number}`, startTime: after(number), duration: 40_000, stages: [], ...rest};
};

const runs = (...durations: ReadonlyArray<number | undefined>): readonly PastRun[] => durations.map((duration, index) => run({number: index, duration}));

const stage = (name: string, duration?: number) => ({name, duration});

const seconds = (count: number): number => count * 1000;

const usual = (median: number, {slow = median, longest = median, of = 12}: {readonly slow?: number; readonly longest?: number; readonly of?: number} = {}) => ({runs: of, median: seconds(median), slow: seconds(slow), longest: seconds(longest)});

describe('what is usual', () => {
	it('is the median, once there are three runs', () => {
		expect(usualAmong([1, 2])).toBeUndefined();
		expect(usualAmong([50, 10, 20])?.median).toBe(20);
		expect(usualAmong([10, 40, 20, 30])?.median).toBe(25);
	});

	it('is slow where nine of ten took no longer; with fewer runs, where none did', () => {
		expect(usualAmong([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])?.slow).toBe(9);
		expect(usualAmong([1, 2, 3])?.slow).toBe(3);
	});

	it('takes the longest of the last ten runs only', () => {
		expect(usualAmong([...Array.from({length: 10}, () => 5), 900])?.longest).toBe(5);
	});

	it('leaves out runs and stages whose time says nothing', () => {
		const times = usualTimesOf([...runs(10, undefined, 30), run({number: 9, duration: 20, stages: [stage('a', 7)]})]);
		expect(times.whole).toMatchObject({runs: 3, median: 20});
		expect(times.stages.size).toBe(0);
	});

	it('tells stages of the same name apart by which of them it is, wherever they are', () => {
		const first = [stage('wait', 1), stage('start', 10), stage('wait', 100)];
		const times = usualTimesOf([0, 1, 2].map(number => run({number, stages: number === 0 ? [stage('check', 5), ...first] : first})));
		expect([...times.stages.values()].map(({median}) => median)).toEqual([1, 10, 100]);
	});

	it('calls nothing slow that is no longer than the agents\' own rhythm explains', () => {
		expect(isSlow(seconds(42), usual(30, {slow: 40}))).toBe(false);
		expect(isSlow(seconds(42.5), usual(30, {slow: 40}))).toBe(true);
		expect(isSlow(undefined, usual(1))).toBe(false);
		expect(isSlow(seconds(99), undefined)).toBe(false);
	});
});

describe('when a task will end', () => {
	const over = {isOver: true, duration: seconds(9), usual: undefined};
	const ahead = (median: number, of = 12) => ({isOver: false, duration: undefined, usual: usual(median, {of})});
	const current = (duration: number, median: number) => ({isOver: false, duration: seconds(duration), usual: usual(median)});

	it('follows from the stages that are left', () => {
		expect(estimateOf({duration: seconds(30), whole: usual(100), stages: [over, current(20, 50), ahead(40, 5)]})).toEqual({type: 'left', time: seconds(70), runs: 5});
	});

	it('is no sooner because a stage takes longer than usual', () => {
		expect(estimateOf({duration: seconds(90), whole: usual(100), stages: [over, current(80, 50), ahead(40)]})).toEqual({type: 'left', time: seconds(40), runs: 12});
	});

	it('follows from the whole task where a stage is new', () => {
		expect(estimateOf({duration: seconds(30), whole: usual(100), stages: [over, current(20, 50), {...ahead(1), usual: undefined}]})).toEqual({type: 'left', time: seconds(70), runs: 12});
	});

	it('is never negative: past the usual time only that is said', () => {
		expect(estimateOf({duration: seconds(103), whole: usual(100), stages: [current(103, 90)]})).toEqual({type: 'over', usual: seconds(100), runs: 12});
		expect(estimateOf({duration: seconds(101), whole: usual(100), stages: [current(101, 90)]})).toBeUndefined();
		expect(estimateOf({duration: seconds(101), whole: usual(100), stages: []})).toBeUndefined();
	});

	it('is unknown without earlier runs', () => {
		expect(estimateOf({duration: seconds(30), whole: undefined, stages: [{...ahead(1), usual: undefined}]})).toBeUndefined();
		expect(estimateOf({duration: seconds(30), whole: undefined, stages: [over]})).toBeUndefined();
	});
});

describe('for how long a stage may say nothing', () => {
	it('is five minutes where nothing is known; longer if the longest of the last runs was; sooner after twice that, and never within a minute', () => {
		expect(patienceOf(undefined)).toBe(seconds(300));
		expect(patienceOf(usual(5, {longest: 7}))).toBe(seconds(60));
		expect([100, 200, 1500].map(longest => patienceOf(usual(5, {longest})))).toEqual([200, 300, 1500].map(count => seconds(count)));
	});
});

describe('the runs that are kept', () => {
	it('are the latest ones of each owner, in the order of time whatever the order in which they came', () => {
		const all = withRuns(noRuns, [3, 1, 2].map(number => run({number})));
		expect(all.get('Start observer')?.map(({id}) => id)).toEqual(['23', '22', '21']);
		const many = withRuns(all, Array.from({length: runLimits.each}, (_, index) => run({number: 10 + index})));
		expect(many.get('Start observer')).toHaveLength(runLimits.each);
		expect(many.get('Start observer')?.at(-1)?.id).toBe('210');
		expect(withRuns(many, [run({number: 5})])).toBe(many);
	});

	it('are the same object if a run is known already; the same id after a reinstallation is another run', () => {
		const all = withRuns(noRuns, [run()]);
		expect(withRuns(all, [run()])).toBe(all);
		expect(withRuns(all, [run({startTime: after(500)})]).get('Start observer')).toHaveLength(2);
		expect(withRuns(all, [run({place: '10.0.0.2:2886'})]).get('Start observer')).toHaveLength(2);
	});

	it('never grow beyond a limit over all tasks', () => {
		const all = withRuns(noRuns, Array.from({length: runLimits.all + 1}, (_, index) => run({number: index, place: `10.0.${index % 500}.1:2886`, name: `task ${index % 100}`})));
		expect([...all.values()].flat().length).toBeLessThanOrEqual(runLimits.all);
		expect([...all.values()].flat().some(({id}) => id === `2${runLimits.all}`)).toBe(true);
	});
});
