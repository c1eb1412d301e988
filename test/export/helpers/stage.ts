// A failed task whose log is taken away, without a terminal.

import process from 'node:process';
import {onTestFinished} from 'vitest';
import {type ExportDeps} from '../../../source/export/context.js';
import {createExporter, type Exporter} from '../../../source/export/exporter.js';
import {systemClock} from '../../../source/lib/clock.js';
import {linesOf} from '../../../source/protocol/logs.js';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type FetchedLog} from '../../../source/store/log/buffer.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {addressOf, after, makeDag, makeInfo, makeNode, makeStatus, makeSubTask, ten} from '../../helpers/tasks.js';
import {until} from '../../helpers/until.js';
import {makeFolders} from './place.js';

export const agent = addressOf('127.0.0.1');
const failure = {state: 'FAILED', operator: 'RUN'};
const logs = ['start observer', 'ERROR: [X.Y]: observer: cannot start, password=hunter22'];

/** It failed in its first of two stages, and its name turns the direction of writing. */
export const task = makeDag({...failure, name: 'Grow \u202E cluster', utcOffset: 60, stage: 1, maxStage: 2, nodes: [
	makeNode({...failure, subTasks: [makeSubTask({...failure, logs})]}),
	makeNode({id: '2', key: '2', name: 'Later', state: 'PENDING', subTasks: [makeSubTask({id: '22', key: '22', state: 'PENDING', executeTimes: 0, logs: undefined})]}),
]});

const entries = [...logs, 'sub task timeout, run by correct horse'].map((text, index) => ({id: index, executeTimes: 1, text, time: after(index)}));

type Stage = {
	readonly store: Store;
	readonly exporter: Exporter;
	readonly here: string;
	readonly temporary: string;
	readonly written: string[];
	readonly answer: (answer: FetchedLog) => void;
	readonly notice: () => string;
	readonly said: (words: string) => Promise<void>;
};

/** The failed task's log is open, on an agent that answers for its lines when the test wants it to. */
export const openStage = (change: Partial<ExportDeps> = {}, ...actions: readonly Action[]): Stage => {
	const {here, temporary} = makeFolders('here', 'temporary');
	const store = createStore(initialState([agent], {columns: 200, rows: 24}));
	const begin: readonly Action[] = [
		{type: 'info-received', agent: agent.key, at: ten, info: makeInfo()},
		{type: 'status-received', agent: agent.key, at: ten, status: makeStatus()},
		{type: 'task-received', agent: agent.key, at: ten, task},
		{type: 'entered'},
		{type: 'entered'},
	];
	for (const action of [...begin, ...actions]) {
		store.dispatch(action);
	}

	const {promise, resolve} = Promise.withResolvers<FetchedLog>();
	const written: string[] = [];
	const exporter = createExporter({
		store, clock: systemClock, env: {PATH: process.env['PATH']}, folders: () => [here], temporaryFolder: temporary, version: '1.2.3',
		secrets: () => ['correct horse'], token: () => 'f00',
		async fetchLog(_agent, _subTask, signal) {
			signal.addEventListener('abort', () => {
				resolve({type: 'error', error: {type: 'aborted'}});
			});
			return promise;
		},
		screen: {
			async lend(run) {
				await run();
				return true;
			},
			writeControl(sequence) {
				written.push(sequence);
			},
		},
		...change,
	});
	onTestFinished(async () => exporter.stop());
	const notice = (): string => store.getState().view.notice?.text ?? '';
	return {
		store, exporter, here, temporary, written, answer: resolve, notice,
		said: async words => until(() => notice().includes(words), `"${words}"`, {describe: notice}),
	};
};

/** What the agent answers when it is asked for the lines: one more than the task holds, with a secret of the program's. */
export const wholeLog: FetchedLog = {type: 'lines', lines: linesOf(entries)};
