import {incidentOf} from '../export/collect-logs.js';
import {createExportContext, type ExportDeps} from '../export/context.js';
import {type Saved, type WriteTask} from '../export/save-task.js';
import {type OpenFleet} from '../fleet/open.js';
import {messages} from '../lib/messages/messages.js';
import {outcomeLabel} from '../protocol/outcome.js';
import {placeOfTask} from '../store/lookup.js';
import {taskOutcome} from '../store/selectors/basics.js';
import {type TaskReference} from '../store/operations/track.js';
import {type State} from '../store/state.js';
import {queryAll, type QueryDeps} from './cause.js';
import {type ExitCode, ownedTasks, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {problemOfTask} from './logs.js';

/** Where files go. */
export type SavePlace = Pick<ExportDeps, 'folders' | 'temporaryFolder' | 'token' | 'env'>;

/** The state as if the user had opened that task. */
const openedAt = (state: State, task: TaskReference): State => ({
	...state, view: {...state.view, stack: [state.view.stack[0], {type: 'task', task, selected: undefined, top: 0}]},
});

const noScreen: ExportDeps['screen'] = {lend: async () => false, writeControl: () => undefined};

const report = async (saved: Saved, title: string, {output, errors}: QueryDeps): Promise<ExitCode> => {
	const {faults: {about}, output: words} = messages();
	switch (saved.type) {
		case 'saved': {
			await output.write(saved.paths.map(file => `${file}\n`).join(''));
			if (saved.lacking > 0) {
				await errors.write(`${messages().usage.line(about(title, words.bundle.partly(saved.lacking)))}\n`);
			}

			return exitCodes.done.code;
		}

		case 'problem': {
			await errors.write(`${messages().usage.line(about(title, words.exports.notSaved(saved.problem)))}\n`);
			return exitCodes.outputLost.code;
		}

		case 'stopped': {
			return exitCodes.done.code;
		}
	}
};

/** What to save of which tasks: of all known ones, or of one. */
export type SaveChoice = {readonly write: WriteTask; readonly task?: string | undefined};

/** Saves a bundle or a report of every known task, or of one, and prints the paths of the files. */
export const runSave = async (open: Pick<OpenFleet, 'store' | 'fleet' | 'firstRound' | 'secrets'>, {write, task: wanted}: SaveChoice, place: SavePlace, deps: QueryDeps): Promise<ExitCode> => {
	const {store, fleet, secrets} = open;
	const {clock, version, signal, errors} = deps;
	const {state, code} = await queryAll(open, deps);
	const context = createExportContext({...place, store, clock, screen: noScreen, fetchLog: fleet.fetchLog, version, secrets: () => secrets}, signal);
	const problem = problemOfTask(state, wanted);
	if (problem !== undefined) {
		await errors.write(`${messages().usage.line(problem)}\n`);
		return exitCodes.usage.code;
	}

	const codes: ExitCode[] = [code];
	const tasks = ownedTasks(state).filter(({dag}) => wanted === undefined || dag.id === wanted);
	for (const task of tasks) {
		const incident = incidentOf(openedAt(state, {owner: task.owner, id: task.dag.id}), clock.now());
		const saved = incident && await write(incident, context, () => undefined);
		if (signal.aborted) {
			return worstOf(codes);
		}

		const from = placeOfTask(state, {owner: task.owner, id: task.dag.id});
		const title = messages().faults.about(from, messages().tasks.engineName(task.dag.name));
		if (tasks.length > 1 && incident) {
			// Names of files do not say which task is in them. Scripts read only the paths, which are on stdout.
			const words = messages().output.fleet;
			const outcome = words.outcome(outcomeLabel(taskOutcome(task.dag)), {isStalled: incident.isStalled, isFailing: incident.isFailing});
			await errors.write(`${words.taskTitle(from, messages().tasks.engineName(task.dag.name), outcome, task.dag.id)}\n`);
		}

		codes.push(saved ? await report(saved, title, deps) : exitCodes.done.code);
	}

	return worstOf(codes);
};
