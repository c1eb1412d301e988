import {bundleJson} from './bundle-json.js';
import {bundleText} from './bundle-text.js';
import {collectLogs} from './collect-logs.js';
import {type Desk} from './desk.js';
import {incidentOf} from './incident.js';
import {inPieces} from './log-text.js';
import {createRedactor} from './redact.js';
import {counted} from './words.js';
import {writeNewFiles} from './write-new-file.js';

/** Saves the open task with every log and the agents around it, without secrets: a file for people and one for programs. */
export const saveBundle = async (desk: Desk): Promise<void> => {
	const {store, clock, fetchLog, signal, say, secrets} = desk;
	const incident = incidentOf(store.getState(), clock.now());
	if (!incident) {
		say('there is no task here yet');
		return;
	}

	say('bundle: beginning');
	const logs = await collectLogs(incident, {
		fetchLog,
		signal,
		onProgress(done, total) {
			say(`bundle: ${done} of ${counted(total, 'log')}`);
		},
	});
	if (signal.aborted) {
		return;
	}

	const made = desk.made();
	const details = {made, redact: createRedactor(secrets())};
	const written = await writeNewFiles([
		{extension: '.txt', content: () => inPieces(bundleText(incident, logs, details))},
		{extension: '.json', content: () => inPieces(bundleJson(incident, logs, details), '')},
	], desk.destination('bundle', made));
	if (!written.ok) {
		say(`bundle not saved: ${written.problem}`);
		return;
	}

	const lacking = logs.filter(({log}) => log?.shortfall !== undefined).length;
	const behind = ` and .json${lacking === 0 ? '' : `, ${counted(lacking, 'log')} only in part`}`;
	const [file = ''] = written.paths;
	say(`saved ${desk.shown(file, ' saved  '.length + behind.length)}${behind}`);
};
