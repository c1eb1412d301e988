// What was recorded tells what polling told.

import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {createMemoryPins, plainTls} from '../../source/client/types.js';
import {openFleet} from '../../source/fleet/open.js';
import {systemClock} from '../../source/lib/clock.js';
import {usualRates} from '../../source/poller/intervals.js';
import {createRecorder} from '../../source/recording/recorder.js';
import {selectAgents} from '../../source/store/selectors/agents.js';
import {describeChange} from '../../source/store/selectors/journal.js';
import {type State} from '../../source/store/state.js';
import {until} from '../helpers/until.js';
import {fold} from './helpers/fold.js';
import {createMemorySink} from './helpers/memory-sink.js';

/** Rows without their times, and those: a recorder knows agents' clocks but for half of a question's way, and takes in a response a little before the poller does. */
const rowsOf = (state: State, now: number) => {
	const {rows} = selectAgents(state, now, 100).list;
	return {
		rows: rows.map(row => ({...row, asOf: row.asOf !== undefined, task: row.task && {...row.task, duration: undefined}})),
		times: rows.flatMap(({task, asOf}) => [task?.duration ?? 0, asOf ?? 0]),
	};
};

/** Lines of answers that a stopped fleet may have got without using them. */
const mostUnderWay = 12;

/** An agent that stops during a request resets one connection and refuses the next. Either error may be reported. */
const storyOf = ({journal}: State): readonly string[] => journal.entries.map(({label, transition}) => JSON.stringify([label, describeChange(transition)]).replace('connection reset', 'connection refused'));

test('a recorded fleet is replayed with the rows and the changes of the live one', async () => {
	const sink = createMemorySink(['demo-root-password']);
	const recorder = createRecorder({sink, now: systemClock.now, version: '1'});
	const open = await openFleet({
		addresses: [], passwords: {}, passwordGroups: [], seeds: [], rates: usualRates, bodyLimit: 1e7, pins: createMemoryPins(), tls: plainTls, isDiscovering: false,
		demo: {seed: 1, speed: 10}, clock: systemClock, randomBytes, random: Math.random, recorder,
	});
	onTestFinished(async () => open.stop());
	await open.firstRound;
	await until(() => open.store.getState().journal.entries.length >= 8, 'eight changes');
	await open.fleet.stop();
	await sleep(50);
	const live = open.store.getState();
	await recorder.close();

	const now = Date.now();
	const lived = rowsOf(live, now);
	const played = (cut: number): ReturnType<typeof fold> => fold(sink.lines.slice(0, sink.lines.length - cut));
	const isAsLived = ({store}: ReturnType<typeof fold>): boolean =>
		isDeepStrictEqual(rowsOf(store.getState(), now).rows, lived.rows) && isDeepStrictEqual(storyOf(store.getState()), storyOf(live));
	// The last answers may have been recorded while what they belong to was still under way.
	const cut = Array.from({length: mostUnderWay}, (_, index) => index).find(index => isAsLived(played(index))) ?? 0;
	const {store, damaged} = played(cut);
	expect(damaged).toBe(0);
	const replayed = rowsOf(store.getState(), now);
	expect(replayed.rows).toEqual(lived.rows);
	expect(replayed.times.filter((time, index) => Math.abs(time - (lived.times[index] ?? 0)) > 3000)).toEqual([]);
	expect(storyOf(store.getState())).toEqual(storyOf(live));
});
