import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, onTestFinished, test} from 'vitest';
import {readLine} from '../../source/recording/format.js';
import {createOnDemandResponses} from '../../source/recording/on-demand.js';
import {createPlayer} from '../../source/recording/player.js';
import {type Recording} from '../../source/recording/reader.js';
import {createReplayTime} from '../../source/recording/replay-clock.js';
import {type ReplayCommand} from '../../source/store/actions.js';
import {initialState} from '../../source/store/initial-state.js';
import {lastTaskOf, topScreen} from '../../source/store/lookup.js';
import {type Replay} from '../../source/store/state.js';
import {createStore, type Store} from '../../source/store/store.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';

const start = Date.UTC(2026, 2, 1, 10);
const key = '10.0.0.1:2886';
const moment = (second: number): string => new Date(start + (second * 1000)).toISOString();

const beginning = (second = 0, agents: readonly string[] = [key]): string => JSON.stringify({format: 'obwatch recording', version: 1, at: moment(second), obwatch: '1', agents});

/** A task of three stages at one of them. */
const task = (second: number, stage: number, state = 'RUNNING', agent = key): string => JSON.stringify({
	at: moment(second), agent, method: 'GET', path: '/api/v1/task/dag/maintain/agent', status: 200,
	body: {successful: true, data: {
		id: '2016777216102886007', dag_id: 7, name: 'Upgrade', stage, max_stage: 3, state, operator: 'RUN', start_time: moment(0), end_time: moment(0), additional_data: null,
	}},
});

const failure = (second: number): string => JSON.stringify({at: moment(second), agent: key, method: 'GET', path: '/api/v1/status', error: {type: 'unreachable', code: 'ECONNREFUSED'}});

const statusOf = (second: number): string => JSON.stringify({
	at: moment(second), agent: key, method: 'GET', path: '/api/v1/status', status: 200, body: {successful: true, data: {agent: {ip: '10.0.0.1', port: 2886, identity: 'SINGLE'}, pid: 1, obState: 0}},
});

const recordingOf = (lines: readonly string[]): Recording => {
	const ends = lines.map((_, index) => lines.slice(0, index + 1).join('\n').length + 1);
	return {
		size: ends.at(-1) ?? 0,
		async * read(from) {
			for (const [index, line] of lines.entries()) {
				const offset = ends[index - 1] ?? 0;
				if (offset >= from) {
					yield {line: readLine(line), offset, end: ends[index] ?? 0};
				}
			}
		},
		close: async () => undefined,
	};
};

type Played = {
	readonly store: Store;
	readonly command: (command: ReplayCommand) => Promise<void>;
	readonly pass: (seconds: number) => Promise<void>;
	readonly replay: () => Replay | undefined;
	/** Seconds since the beginning, by the replay's own time. */
	readonly second: () => number;
	readonly stage: () => string;
};

const settle = async (): Promise<void> => {
	for (let turn = 0; turn < 30; turn++) {
		await nextTurn();
	}
};

/** `lateness`: ms by which whatever is scheduled comes too late, as on a busy machine. */
const play = async (lines: readonly string[], speed = 1, lateness = 0): Promise<Played> => {
	const virtual = createVirtualClock(0, settle);
	const clock = {...virtual, schedule: (run: () => void, delay: number) => virtual.schedule(run, delay + lateness)};
	const time = createReplayTime(clock.now);
	const first = readLine(lines[0] ?? '');
	const store = createStore(initialState(first?.type === 'beginning' ? first.agents : [], {columns: 80, rows: 23}, {
		isGrowing: true, replay: {speed, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0},
	}), time.now);
	const recording = recordingOf(lines);
	const player = createPlayer({recording, store, time, onDemand: createOnDemandResponses({recording, store, now: time.now}), clock, speed, nextTurn});
	const running = player.run();
	onTestFinished(async () => {
		player.close();
		await running;
	});
	await settle();
	return {
		store,
		async command(command) {
			player.command(command);
			await settle();
		},
		async pass(seconds) {
			await clock.advance(seconds * 1000);
			await settle();
		},
		replay: () => store.getState().replay,
		second: () => (time.now() - start) / 1000,
		stage() {
			const entry = store.getState().agents.get(key);
			const dag = lastTaskOf(entry);
			return entry?.connection.type === 'failing' ? 'failing' : (dag ? `${dag.state} ${dag.stage}` : entry?.connection.type ?? 'gone');
		},
	};
};

const story = [beginning(), task(1, 1), task(5, 2), task(6, 2), 'cut off {', task(20, 3), failure(90), statusOf(99), task(100, 3, 'SUCCEED'), JSON.stringify({at: moment(110), end: true})];

describe('a replay', () => {
	test('begins at once with the first line, and takes each other when its time has come', async () => {
		const played = await play(story);
		expect([played.stage(), played.second()]).toEqual(['RUNNING 1', 1]);
		await played.pass(3.9);
		expect(played.stage()).toBe('RUNNING 1');
		await played.pass(0.2);
		expect([played.stage(), played.second()]).toEqual(['RUNNING 2', 5.1]);
		expect(played.replay()).toMatchObject({phase: 'playing', damaged: 0});
		await played.pass(2);
		expect(played.replay()).toMatchObject({damaged: 1});
	});

	test('goes as much faster as it should, also from then on', async () => {
		const played = await play(story, 10);
		await played.pass(0.45);
		expect(played.stage()).toBe('RUNNING 2');
		await played.command({type: 'pace', by: 1});
		expect(played.replay()).toMatchObject({speed: 20});
		await played.pass(1);
		expect([played.stage(), Math.floor(played.second())]).toEqual(['RUNNING 3', 25]);
		await played.command({type: 'pace', by: -1});
		await played.command({type: 'pace', by: -1});
		expect(played.replay()).toMatchObject({speed: 5});
	});

	test('stays at its time while it is paused, whatever time passes', async () => {
		const played = await play(story);
		await played.pass(2);
		await played.command({type: 'pause-toggled'});
		await played.pass(1000);
		expect([played.stage(), played.second(), played.replay()?.phase]).toEqual(['RUNNING 1', 3, 'paused']);
		await played.command({type: 'pause-toggled'});
		await played.pass(2.5);
		expect([played.stage(), played.replay()?.phase]).toEqual(['RUNNING 2', 'playing']);
	});

	test('is never ahead of its lines, and ends at the time of the last one, however fast it goes and however busy the machine is', async () => {
		const played = await play(story, 1000, 70);
		await played.pass(0.05);
		expect([played.stage(), played.second()]).toEqual(['RUNNING 1', 5]);
		await played.pass(10);
		expect([played.stage(), played.second(), played.replay()?.phase]).toEqual(['SUCCEED 3', 110, 'over']);
	});

	test('loses no time where it is late: the lines behind come the sooner', async () => {
		const played = await play([beginning(), ...Array.from({length: 101}, (_, index) => task(index, (index % 3) + 1))], 10, 50);
		await played.pass(10.2);
		expect([played.second(), played.replay()?.phase]).toEqual([100, 'over']);
	});

	test('says when it is over, and stays there', async () => {
		const played = await play(story, 1000);
		await played.pass(1);
		expect(played.replay()).toEqual({speed: 1000, phase: 'over', percent: 100, damaged: 1, lost: 0, disordered: 0});
		await played.pass(1000);
		expect([played.stage(), played.second()]).toEqual(['SUCCEED 3', 110]);
		await played.command({type: 'time', by: -60_000});
		expect([played.stage(), Math.floor(played.second()), played.replay()?.phase]).toEqual(['RUNNING 3', 50, 'playing']);
	});
});

describe('in a replay one goes', () => {
	test('from line to line, on and back, and it pauses there', async () => {
		const played = await play(story);
		await played.command({type: 'line', by: 1});
		expect([played.stage(), played.second(), played.replay()?.phase]).toEqual(['RUNNING 2', 5, 'paused']);
		await played.command({type: 'line', by: 1});
		await played.command({type: 'line', by: 1});
		expect([played.second(), played.replay()?.damaged]).toEqual([6, 1]);
		await played.command({type: 'line', by: 1});
		expect(played.stage()).toBe('RUNNING 3');
		await played.command({type: 'line', by: -1});
		expect([played.stage(), played.second(), played.replay()?.damaged]).toEqual(['RUNNING 2', 6, 1]);
		await played.command({type: 'line', by: -1});
		expect(played.replay()?.damaged).toBe(0);
		for (let step = 0; step < 10; step++) {
			await played.command({type: 'line', by: -1});
		}

		expect([played.stage(), played.replay()?.phase]).toEqual(['connecting', 'paused']);
	});

	test('from change to change, and further on to the end', async () => {
		const played = await play(story);
		const seen: Array<readonly [string, number]> = [];
		for (let step = 0; step < 5; step++) {
			await played.command({type: 'change', by: 1});
			seen.push([played.stage(), played.second()]);
		}

		expect(seen).toEqual([['RUNNING 2', 5], ['RUNNING 3', 20], ['failing', 90], ['SUCCEED 3', 100], ['SUCCEED 3', 110]]);
		expect(played.replay()?.phase).toBe('over');
		const back: Array<readonly [string, number]> = [];
		for (let step = 0; step < 4; step++) {
			await played.command({type: 'change', by: -1});
			back.push([played.stage(), played.second()]);
		}

		expect(back).toEqual([['SUCCEED 3', 100], ['failing', 90], ['RUNNING 3', 20], ['RUNNING 2', 5]]);
	});

	test('by time, both ways, to between two lines, and it goes on from there', async () => {
		const played = await play(story);
		await played.command({type: 'time', by: 60_000});
		expect([played.stage(), played.second(), played.replay()?.phase]).toEqual(['RUNNING 3', 61, 'playing']);
		await played.pass(30);
		expect(played.stage()).toBe('failing');
		await played.command({type: 'time', by: -60_000});
		expect([played.stage(), Math.floor(played.second())]).toEqual(['RUNNING 3', 31]);
		await played.command({type: 'time', by: -3_600_000});
		expect([played.stage(), played.second()]).toEqual(['RUNNING 1', 1]);
	});

	test('to a place that was typed: a time, or a part', async () => {
		const played = await play(story);
		await played.command({type: 'pause-toggled'});
		await played.command({type: 'place', text: '100%'});
		expect([played.stage(), played.replay()?.phase]).toEqual(['SUCCEED 3', 'over']);
		await played.command({type: 'place', text: '0%'});
		expect([played.stage(), played.second()]).toEqual(['connecting', 0]);
		await played.command({type: 'place', text: '+95s'});
		expect([played.stage(), played.second()]).toEqual(['failing', 95]);
		await played.command({type: 'place', text: 'nowhere'});
		expect([played.stage(), played.second(), played.replay()?.phase]).toEqual(['failing', 95, 'paused']);
	});

	test('to a typed time outside the recording, as far as there is one, and it is said', async () => {
		const played = await play(story);
		const notice = (): string | undefined => played.store.getState().view.notice?.text;
		await played.command({type: 'pause-toggled'});
		await played.command({type: 'place', text: '+1h'});
		expect([played.second(), notice()]).toEqual([110, 'after the end of the recording: this is its end']);
		played.store.dispatch({type: 'notice-dismissed'});
		await played.command({type: 'place', text: '-30s'});
		await played.command({type: 'time', by: 3_600_000});
		expect([played.second(), notice()]).toEqual([110, undefined]);
		await played.command({type: 'place', text: '-1h'});
		expect([played.second(), notice()]).toEqual([1, 'before the recording: this is its beginning']);
	});

	test('several places one after the other, however quickly they are sent', async () => {
		const played = await play(story);
		void played.command({type: 'change', by: 1});
		void played.command({type: 'change', by: 1});
		void played.command({type: 'line', by: -1});
		await played.command({type: 'change', by: 1});
		expect([played.stage(), played.second(), played.replay()?.phase]).toEqual(['RUNNING 3', 20, 'paused']);
	});

	test('and stays on the screen that was open', async () => {
		const played = await play(story);
		played.store.dispatch({type: 'entered'});
		expect(topScreen(played.store.getState()).type).toBe('task');
		await played.command({type: 'time', by: 60_000});
		await played.command({type: 'line', by: -1});
		expect(topScreen(played.store.getState())).toMatchObject({type: 'task', task: {owner: key}});
	});
});

describe('recordings one after the other', () => {
	const other = '10.0.0.9:2886';
	const two = [beginning(), task(1, 1), task(2, 2), beginning(5000, [other]), task(5001, 1, 'RUNNING', other), task(5002, 3, 'SUCCEED', other)];

	test('are played without the pause between them, and only the agents of one are shown', async () => {
		const played = await play(two);
		await played.pass(1.1);
		expect([...played.store.getState().agents.keys()]).toEqual([other]);
		expect(played.second()).toBeGreaterThanOrEqual(5001);
		await played.pass(1.1);
		expect(played.replay()).toMatchObject({phase: 'over', percent: 100});
		await played.command({type: 'time', by: -5_000_500});
		expect([...played.store.getState().agents.keys()]).toEqual([key]);
	});

	test('of one run in several files keep what is known', async () => {
		const next = JSON.stringify({...JSON.parse(beginning(3)) as object, continues: true});
		const played = await play([beginning(), task(1, 1), next, task(1, 1), task(4, 2)], 1);
		await played.command({type: 'change', by: 1});
		expect([played.stage(), played.second()]).toEqual(['RUNNING 2', 4]);
	});

	test('may begin in the middle of one run', async () => {
		const middle = JSON.stringify({...JSON.parse(beginning(3)) as object, continues: true});
		const played = await play([middle, task(1, 1), task(4, 2)]);
		expect([...played.store.getState().agents.keys()]).toEqual([key]);
		expect(played.stage()).toBe('RUNNING 1');
	});
});

test('clocks that were set back do not lead back', async () => {
	const played = await play([beginning(), task(10, 1), task(3, 2), task(11, 3)]);
	expect([played.stage(), played.second()]).toEqual(['RUNNING 2', 10]);
	await played.pass(1.1);
	expect(played.stage()).toBe('RUNNING 3');
});

test('lines that are not in the order of their times are counted, but not those at the head of a file with the earlier state', async () => {
	const next = JSON.stringify({...JSON.parse(beginning(90)) as object, continues: true});
	const played = await play([beginning(), task(1, 1), task(60, 3), task(30, 2), task(27, 2), task(31, 2), task(3, 1), next, task(60, 3), task(91, 3, 'SUCCEED')], 1000);
	await played.pass(1);
	expect(played.replay()).toMatchObject({phase: 'over', disordered: 2});
	await played.command({type: 'place', text: '0%'});
	expect(played.replay()).toMatchObject({disordered: 0});
});

test('an agent that no beginning names is shown from its first line on', async () => {
	const other = '10.0.0.9:2886';
	const played = await play([beginning(), task(1, 1), task(2, 1, 'RUNNING', other)]);
	expect([...played.store.getState().agents.keys()]).toEqual([key]);
	await played.pass(1.1);
	expect([...played.store.getState().agents.keys()]).toEqual([key, other]);
});

test('going to and fro many times ends where playing does', async () => {
	const lines = [beginning(), ...Array.from({length: 400}, (_, index) => task(index + 1, (index % 3) + 1))];
	const played = await play(lines);
	const commands: readonly ReplayCommand[] = [{type: 'time', by: 60_000}, {type: 'line', by: -1}, {type: 'change', by: 1}, {type: 'time', by: -30_000}, {type: 'change', by: -1}, {type: 'line', by: 1}];
	for (let step = 0; step < 60; step++) {
		await played.command(commands[step % commands.length]!);
	}

	await played.command({type: 'time', by: 3_600_000});
	expect(played.stage()).toBe('RUNNING 1');
	expect(played.store.getState().journal.entries).toHaveLength(399);
	expect([played.second(), played.replay()?.phase]).toEqual([400, 'over']);
	await played.command({type: 'time', by: -100_000});
	expect([played.second(), played.stage()]).toEqual([300, 'RUNNING 3']);
	expect(played.store.getState().journal.entries).toHaveLength(299);
});
