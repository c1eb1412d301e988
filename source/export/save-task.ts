// What every document about a whole task needs: its logs without secrets, and a notice that says where it is.

import {columnsOf} from '../lib/columns.js';
import {messages} from '../lib/messages/messages.js';
import {createRedaction, createRedactor} from '../lib/redact.js';
import {type Written} from '../lib/write-file.js';
import {collectLogs, type Incident, type IncidentLog, incidentOf, redactLogs} from './collect-logs.js';
import {type ExportContext} from './context.js';

/** The result: the files, and how many logs are incomplete; or why there is none. `stopped`: the signal was aborted. */
export type Saved =
	| {readonly type: 'saved'; readonly paths: readonly string[]; readonly lacking: number}
	| {readonly type: 'problem'; readonly problem: string}
	| {readonly type: 'stopped'};

type WriteContext = Pick<ExportContext, 'fetchLog' | 'signal' | 'secrets' | 'made' | 'destination' | 'clock'>;

/** Gets the number of finished logs and of all. */
type OnProgress = (done: number, total: number) => void;

export type WriteTask = (incident: Incident, context: WriteContext, onProgress: OnProgress) => Promise<Saved>;

/** Every log of a task, and what takes secrets out of other texts. Undefined if the signal was aborted. */
export const collectWithoutSecrets = async (incident: Incident, {fetchLog, signal, secrets, clock}: WriteContext, onProgress: OnProgress): Promise<{readonly logs: readonly IncidentLog[]; readonly redact: (text: string) => string} | undefined> => {
	const collected = await collectLogs(incident, {fetchLog, signal, onProgress});
	const hidden = secrets();
	const logs = await redactLogs(collected, {redaction: createRedaction(hidden), clock, signal});
	return signal.aborted ? undefined : {logs, redact: createRedactor(hidden)};
};

export const savedOf = (written: Written, logs: readonly IncidentLog[]): Saved => written.ok
	? {type: 'saved', paths: written.paths, lacking: logs.filter(({log}) => log?.shortfall !== undefined).length}
	: {type: 'problem', problem: written.problem};

type SaveWords = {
	readonly begins: string;
	readonly progress: (done: number, total: number) => string;
	readonly saved: (file: string, lacking: number) => string;
	readonly notSaved: (why: string) => string;
};

/** Saves the open task, and shows the result in a notice. */
export const saveOpenTask = async (context: ExportContext, write: WriteTask, words: SaveWords): Promise<void> => {
	const {store, clock, say} = context;
	const incident = incidentOf(store.getState(), clock.now());
	if (!incident) {
		say(messages().output.exports.noTask);
		return;
	}

	say(words.begins);
	const saved = await write(incident, context, (done, total) => {
		say(words.progress(done, total));
	});
	switch (saved.type) {
		case 'saved': {
			const [file = ''] = saved.paths;
			const beside = columnsOf(words.saved('', saved.lacking));
			say(words.saved(context.shown(file, beside), saved.lacking));
			break;
		}

		case 'problem': {
			say(words.notSaved(saved.problem));
			break;
		}

		case 'stopped': {
			break;
		}
	}
};
