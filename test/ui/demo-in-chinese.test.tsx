// Every screen of the demo in Chinese: obwatch itself says no English word. Names, keys, and what agents say stay as they are.

import {randomBytes} from 'node:crypto';
import {afterEach, expect, test} from 'vitest';
import {createMemoryPins, plainTls} from '../../source/client/types.js';
import {openFleet} from '../../source/fleet/open.js';
import {systemClock} from '../../source/lib/clock.js';
import {sliceColumns} from '../../source/lib/columns.js';
import {speak} from '../../source/lib/messages/messages.js';
import {usualRates} from '../../source/poller/intervals.js';
import {type UserAction} from '../../source/store/actions.js';
import {topScreen} from '../../source/store/lookup.js';
import {type State} from '../../source/store/state.js';
import {selectAgents} from '../../source/store/selectors/agents.js';
import {createStore} from '../../source/store/store.js';
import {selectApp} from '../../source/ui/frame.js';
import {layOut} from '../../source/ui/panes.js';
import {drawFrame} from './helpers/draw.js';

/** The demo as it is after the first round, with operations allowed. */
const demoState = async (): Promise<State> => {
	const {store, firstRound, stop} = await openFleet({
		addresses: [], passwords: {}, pins: createMemoryPins(), tls: plainTls, demo: {seed: 1, speed: 1}, passwordGroups: [], seeds: [], rates: usualRates, bodyLimit: 1e7, isDiscovering: false,
		clock: systemClock, randomBytes, random: Math.random,
	});
	await firstRound;
	await stop();
	return {...store.getState(), operable: {byDefault: true, agents: new Map()}};
};

afterEach(async () => speak('en'));

/** What obshell calls tasks and stages, which the header says beside the Chinese name, and lines of logs. */
const namesIn = (state: State): readonly string[] => [...state.agents.values(), ...state.clusters.values()].flatMap(({task, otherTasks}) =>
	[...(task.type === 'known' ? [task.dag] : []), ...otherTasks].flatMap(dag => [dag.name, ...(dag.nodes ?? []).flatMap(({name, subTasks}) => [name, ...subTasks.flatMap(({logs}) => logs ?? [])])])).toSorted((one, other) => other.length - one.length);

const sizes = [[80, 24], [40, 10], [132, 43]] as const;

/** Names of products, roles and formats, keys, and options. */
const names = new Set(`obwatch obshell observer seekdb agent agents master follower zone root sys proxyro OBProxy obproxy OceanBase OCEANBASE OBSERVER OBSHELL AGENT ZONE Zone ID REPLAY SHA
	Enter Esc Space Tab Home End PgUp PgDn Backspace Del ctrl fg PAGER ASCII JSON SQL TLS tmux OSC locale obdemo obprod task rollback retry cancel pass Unit Primary Paxos
	RUN RETRY ROLLBACK CANCEL PASS`.split(/\s+/));

/** What is not an agent's own text: reasons and lines of logs are, and so are columns of them. */
const ownText = (lines: readonly string[]): readonly string[] => {
	const column = Math.min(...lines.flatMap(line => ['  原因', '最后一行日志'].map(head => line.indexOf(head))).filter(index => index > 1));
	return lines.map(line => /^(?: 原因| 末行| 日志| {6}\S)/.test(line) ? '' : line.split('│', 1)[0] ?? '').map((line, index) => Number.isFinite(column) && index > 0 ? sliceColumns(line, 0, column) : line);
};

/** Options, accounts, fingerprints, paths, zones, error codes, and words that are cut. */
const isAsGiven = (word: string): boolean => /^--|^SHA256:|[@/…]|^[a-z]+\d+$|^E[A-Z]+$/.test(word);

const without = (line: string, given: readonly string[]): string => {
	// A confirmation says the name that is typed, over two lines if need be.
	let text = line.includes('）') ? line : line.split('（', 1)[0] ?? '';
	for (const name of given) {
		text = text.replace(name, ' ');
	}

	return text;
};

const englishIn = (lines: readonly string[], given: readonly string[]): readonly string[] => ownText(lines)
	.flatMap(line => without(line, given).split(/[^\w@:/+…-]+/)).filter(word => !isAsGiven(word))
	.flatMap(word => word.match(/[a-z]{2,}/gi) ?? []).filter(word => !names.has(word));

test('no screen of the demo says an English word of obwatch\'s own', async () => {
	await speak('zh');
	const store = createStore(await demoState(), systemClock.now);
	const seen = new Set<string>();
	const found = new Map<string, string>();
	const look = (isLog = false): void => {
		const {overlay} = store.getState().view;
		const kind = `${topScreen(store.getState()).type} ${overlay?.type ?? ''}`;
		// Those of one kind are laid out alike.
		for (const [columns, rows] of seen.has(kind) ? sizes.slice(0, 1) : sizes) {
			seen.add(kind);
			store.dispatch({type: 'resized', columns, rows});
			layOut(store);
			const lines = drawFrame(selectApp(store.getState(), Date.now()));
			const own = isLog ? [lines[0] ?? '', lines.at(-1) ?? ''] : lines;
			for (const word of englishIn(own, namesIn(store.getState()))) {
				found.set(word, found.get(word) ?? `${kind}: ${lines.filter(line => line.includes(word)).join(' / ')}`);
			}
		}
	};

	const act = (...actions: readonly UserAction[]): void => {
		for (const action of actions) {
			layOut(store);
			store.dispatch(action);
		}
	};

	const home = (): void => {
		for (let steps = 0; steps < 8; steps += 1) {
			act({type: 'overlay-closed'}, {type: 'went-back'});
		}
	};

	const visit = (...actions: readonly UserAction[]): void => {
		act(...actions);
		look(topScreen(store.getState()).type === 'log');
	};

	look();
	const {total} = selectAgents(store.getState(), Date.now(), 100).list;
	for (let row = 0; row < total; row += 1) {
		for (const opened of [['entered'], ['card-opened'], ['history-opened'], ['actions-opened'], ['password-asked-for'], ['error-jumped-to']] as const) {
			home();
			act({type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: row});
			visit({type: opened[0]});
		}

		home();
		act({type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: row}, {type: 'entered'});
		if (topScreen(store.getState()).type !== 'task') {
			continue;
		}

		for (const action of ['retry', 'rollback', 'cancel', 'pass-stage', 'pass'] as const) {
			visit({type: 'actions-opened'});
			visit({type: 'action-chosen', action});
			act({type: 'overlay-closed'}, {type: 'overlay-closed'});
		}

		visit({type: 'links-opened'});
		act({type: 'went-back'});
		visit({type: 'entered'});
		visit({type: 'entered'});
		for (const purpose of ['search', 'filter'] as const) {
			visit({type: 'input-opened', purpose}, {type: 'input-changed', text: '('});
			act({type: 'overlay-closed'});
		}

		visit({type: 'severity-cycled'});
		visit({type: 'times-toggled'});
		visit({type: 'selection-moved', by: 'end'});
	}

	home();
	visit({type: 'key-question-opened'});
	visit({type: 'journal-opened'});
	home();
	visit({type: 'faults-toggled'});
	visit({type: 'arrangement-cleared'}, {type: 'sort-moved', by: 1});
	visit({type: 'input-opened', purpose: 'rows'}, {type: 'input-changed', text: 'zzz'});
	home();
	visit({type: 'help-toggled'});
	for (let page = 0; page < 8; page += 1) {
		visit({type: 'selection-moved', by: 'page', last: 200});
	}

	expect(seen.size).toBeGreaterThan(16);
	expect([...found].map(([word, frame]) => `${word}, in ${frame}`)).toEqual([]);
});
