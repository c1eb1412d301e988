import {bundleJson} from './bundle-json.js';
import {bundleText} from './bundle-text.js';
import {collectLogs} from './collect-logs.js';
import {type Desk} from './desk.js';
import {incidentOf, type Incident} from './incident.js';
import {inPieces} from './log-text.js';
import {createRedaction, createRedactor} from './redact.js';
import {redactLogs} from './redact-logs.js';
import {counted} from './words.js';
import {writeNewFiles} from './write-new-file.js';

/** What came of a bundle: its files, and how many logs are in it only in part; or why there is none. `stopped`: the signal came. */
export type Bundle =
	| {readonly type: 'saved'; readonly paths: readonly string[]; readonly lacking: number}
	| {readonly type: 'problem'; readonly problem: string}
	| {readonly type: 'stopped'};

/** Writes a task with every log and the agents around it, without secrets: a file for people and one for programs. `onProgress` hears how many logs of how many are there. */
export const writeBundle = async (incident: Incident, desk: Pick<Desk, 'fetchLog' | 'signal' | 'secrets' | 'made' | 'destination' | 'clock'>, onProgress: (done: number, total: number) => void): Promise<Bundle> => {
	const {fetchLog, signal, secrets, clock} = desk;
	const collected = await collectLogs(incident, {fetchLog, signal, onProgress});
	const hidden = secrets();
	const logs = await redactLogs(collected, {redaction: createRedaction(hidden), clock, signal});
	if (signal.aborted) {
		return {type: 'stopped'};
	}

	const made = desk.made();
	const details = {made, redact: createRedactor(hidden)};
	const written = await writeNewFiles([
		{extension: '.txt', content: () => inPieces(bundleText(incident, logs, details))},
		{extension: '.json', content: () => inPieces(bundleJson(incident, logs, details), '')},
	], desk.destination('bundle', made));
	return written.ok
		? {type: 'saved', paths: written.paths, lacking: logs.filter(({log}) => log?.shortfall !== undefined).length}
		: {type: 'problem', problem: written.problem};
};

/** Saves the open task, and says on the screen what came of it. */
export const saveBundle = async (desk: Desk): Promise<void> => {
	const {store, clock, say} = desk;
	const incident = incidentOf(store.getState(), clock.now());
	if (!incident) {
		say('there is no task here yet');
		return;
	}

	say('bundle: beginning');
	const bundle = await writeBundle(incident, desk, (done, total) => {
		say(`bundle: ${done} of ${counted(total, 'log')}`);
	});
	switch (bundle.type) {
		case 'saved': {
			const behind = ` and .json${bundle.lacking === 0 ? '' : `, ${counted(bundle.lacking, 'log')} only in part`}`;
			const [file = ''] = bundle.paths;
			say(`saved ${desk.shown(file, ' saved  '.length + behind.length)}${behind}`);
			break;
		}

		case 'problem': {
			say(`bundle not saved: ${bundle.problem}`);
			break;
		}

		case 'stopped': {
			break;
		}
	}
};
