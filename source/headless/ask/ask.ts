import {type OpenFleet} from '../../fleet/open-fleet.js';
import {type State} from '../../store/state.js';
import {codeOfConnection, worstOf, type ExitCode} from '../exit-code-of.js';
import {type Output} from '../output.js';
import {problemWords} from '../problem-words.js';
import {type OnceSurroundings} from '../run-once.js';
import {within} from '../within.js';

/** What a question to agents is put and answered with. */
export type AskSurroundings = OnceSurroundings & {
	/** For what is said beside the answer. */
	readonly errors: Output;
};

/** In ms, until everything was asked once. */
export const askTimeout = 15_000;

/** What every agent is asked first, and the code for those that could not be; why not goes to stderr. */
export const askAll = async ({store, firstRound}: Pick<OpenFleet, 'store' | 'firstRound'>, {clock, signal, errors}: AskSurroundings): Promise<{readonly state: State; readonly code: ExitCode}> => {
	await within(firstRound, {timeout: askTimeout, clock, signal});
	const state = store.getState();
	const entries = state.agents.values().toArray();
	const problems = entries.flatMap(entry => {
		const problem = problemWords(state, entry, clock.now());
		return problem === undefined ? [] : [`obwatch: ${entry.address.label}: ${problem}\n`];
	});
	if (problems.length > 0 && !signal.aborted) {
		await errors.write(problems.join(''));
	}

	return {state, code: worstOf(entries.map(entry => codeOfConnection(entry)))};
};
