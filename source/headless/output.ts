import {type Writable} from 'node:stream';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {type Timestamp} from '../lib/time.js';
import {allTroubles} from '../store/changes.js';
import {errorOf} from '../store/lookup.js';
import {passwordWays, problemOf, troubleOf} from '../store/selectors/connection.js';
import {type AgentEntry, type State} from '../store/state.js';

/** The states of a connection, in the words that are documented for programs. */
export const allConnectionWords = ['connected', 'connecting', ...allTroubles] as const;

/** The state of an agent's connection, in these words. */
export const connectionCodeWord = (entry: AgentEntry): (typeof allConnectionWords)[number] =>
	troubleOf(entry) ?? (entry.connection.type === 'connecting' ? 'connecting' : 'connected');

/** The agent named by the user at the start of the chain of agents that named each other. */
const namedBehind = ({agents}: Pick<State, 'agents'>, entry: AgentEntry): AgentEntry => {
	let named = entry;
	// An agent that was dropped and found again can have been found by one that it found itself.
	for (let steps = 0; named.foundBy !== undefined && steps < agents.size; steps += 1) {
		named = agents.get(named.foundBy) ?? named;
	}

	return named;
};

/** The command that shows the key of an agent and asks whether to accept it; for a new key of a found agent, together with all others. */
const trustCommand = (state: Pick<State, 'agents'>, entry: AgentEntry, isNew: boolean): string => isNew && entry.foundBy !== undefined
	? `obwatch trust --discover ${namedBehind(state, entry).address.label}`
	: `obwatch trust ${entry.address.label}`;

/** What is wrong with an agent's connection, and the command that helps. Undefined while it responds. `now` is our clock. */
export const problemText = (state: Pick<State, 'agents'>, entry: AgentEntry, now: Timestamp): string | undefined => {
	const words = problemOf(entry, now)?.text;
	if (words === undefined) {
		return entry.connection.type === 'connecting' ? 'no answer in time' : undefined;
	}

	const change = errorOf(entry, 'key-changed');
	if (change) {
		return `${words}: ${trustCommand(state, entry, change.known === undefined)}`;
	}

	const refusal = errorOf(entry, 'unauthorized');
	return refusal?.reason === 'missing' ? `${words}: ${passwordWays[refusal.wants]}` : words;
};

/** Where lines go. */
export type Output = {
	/** Resolves when the system has taken all of it, or never will: the listeners for the stream's errors decide what that means. */
	readonly write: (text: string) => Promise<void>;
};

export const createOutput = (stream: Writable): Output => ({
	async write(text) {
		const isBroken = await new Promise<boolean>(resolve => {
			stream.write(text, error => {
				resolve(error !== null && error !== undefined);
			});
		});
		if (isBroken) {
			// The stream notifies its error listeners slightly later than the writer; they must run before the writer continues.
			await nextTurn();
		}
	},
});
