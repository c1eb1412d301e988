import {type AgentEntry} from '../state.js';

// What an agent's `obState` says (docs/protocol.md#endpoints).
const states: Readonly<Record<number, string>> = {
	0: 'down',
	1: 'running, not connected',
	2: 'running, restricted',
	3: 'connected',
};

/** How an agent's observer, the database's own process, is; empty while that is not known, and for a seekdb, which has none. */
export const observerWords = ({info, status}: Pick<AgentEntry, 'info' | 'status'>): string =>
	status === undefined || info?.isSeekdb ? '' : states[status.obState] ?? `state ${status.obState}`;
