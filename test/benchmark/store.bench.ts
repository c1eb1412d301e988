import {describe, expect, test} from 'vitest';
import {share} from '../../source/lib/structural-share.js';
import {type State} from '../../source/store/state.js';
import {reduce} from '../../source/store/store.js';
import {selectApp} from '../../source/ui/frame.js';
import {budget} from './helpers/budget.js';
import {startInitialization} from './helpers/initialization.js';
import {advanced, emptyFleet, fold, now, parseTask, thousandAgents, thousandEvents} from './helpers/thousand.js';

const size = {columns: 80, rows: 24};

describe('a thousand agents', () => {
	test('reducing', async ({bench}) => {
		const {body} = await startInitialization();
		const dag = parseTask(body);
		const empty = emptyFleet(size);
		const events = thousandEvents(dag);
		const full = thousandAgents(dag, size);
		const [first] = thousandEvents(parseTask(body));
		const [other] = thousandEvents(advanced(dag));
		expect(first && reduce(full, first)).toBe(full);
		await bench.compare(
			bench('1,000 tasks received, one after the other', () => {
				fold(empty, events);
			}),
			bench('one of them again, changed', () => {
				if (other) {
					reduce(full, other);
				}
			}),
			bench('one of them again, equal but parsed anew', () => {
				if (first) {
					reduce(full, first);
				}
			}),
			budget,
		);
	});

	test('selecting what the screen shows', async ({bench}) => {
		const {body} = await startInitialization();
		const state = thousandAgents(parseTask(body), size);
		const shown = selectApp(state, now);
		const screens: ReadonlyArray<readonly [string, State]> = ['agents', 'task', 'stage', 'log'].map((name, depth) => [
			name,
			fold(state, Array.from({length: depth}, () => ({type: 'entered'}))),
		]);
		await bench.compare(
			...screens.map(([name, at]) => bench(`the ${name} screen`, () => {
				selectApp(at, now);
			})),
			bench('the agents screen, shared with the last', () => {
				share(shown, selectApp(state, now));
			}),
			budget,
		);
	});
});
