import {type Bundle, writeBundle} from '../export/bundle.js';
import {incidentOf} from '../export/collect-logs.js';
import {createExportContext, type ExportDeps} from '../export/context.js';
import {type OpenFleet} from '../fleet/open.js';
import {messages} from '../lib/messages/messages.js';
import {placeOfTask} from '../store/lookup.js';
import {type State, type TaskReference} from '../store/state.js';
import {queryAll, type QueryDeps} from './cause.js';
import {type ExitCode, ownedTasks, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';

/** Where files go. */
export type BundlePlace = Pick<ExportDeps, 'folders' | 'temporaryFolder' | 'token' | 'env'>;

/** The state as if the user had opened that task. */
const openedAt = (state: State, task: TaskReference): State => ({
	...state, view: {...state.view, stack: [state.view.stack[0], {type: 'task', task, selected: undefined, top: 0}]},
});

const noScreen: ExportDeps['screen'] = {lend: async () => false, writeControl: () => undefined};

const report = async (bundle: Bundle, title: string, {output, errors}: QueryDeps): Promise<ExitCode> => {
	const {faults: {about}, output: words} = messages();
	switch (bundle.type) {
		case 'saved': {
			await output.write(bundle.paths.map(file => `${file}\n`).join(''));
			if (bundle.lacking > 0) {
				await errors.write(`${messages().usage.line(about(title, words.bundle.partly(bundle.lacking)))}\n`);
			}

			return exitCodes.done.code;
		}

		case 'problem': {
			await errors.write(`${messages().usage.line(about(title, words.exports.notSaved(bundle.problem)))}\n`);
			return exitCodes.outputLost.code;
		}

		case 'stopped': {
			return exitCodes.done.code;
		}
	}
};

/** Saves a bundle of every known task, and prints the paths of the files. */
export const runBundle = async (open: Pick<OpenFleet, 'store' | 'fleet' | 'firstRound' | 'secrets'>, place: BundlePlace, deps: QueryDeps): Promise<ExitCode> => {
	const {store, fleet, secrets} = open;
	const {clock, version, signal} = deps;
	const {state, code} = await queryAll(open, deps);
	const context = createExportContext({...place, store, clock, screen: noScreen, fetchLog: fleet.fetchLog, version, secrets: () => secrets}, signal);
	const codes: ExitCode[] = [code];
	for (const task of ownedTasks(state)) {
		const incident = incidentOf(openedAt(state, {owner: task.owner, id: task.dag.id}), clock.now());
		const bundle = incident && await writeBundle(incident, context, () => undefined);
		if (signal.aborted) {
			return worstOf(codes);
		}

		const from = placeOfTask(state, {owner: task.owner, id: task.dag.id});
		const title = messages().faults.about(from, messages().tasks.engineName(task.dag.name));
		codes.push(bundle ? await report(bundle, title, deps) : exitCodes.done.code);
	}

	return worstOf(codes);
};
