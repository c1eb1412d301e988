import {type AgentEntry} from './state.js';

/** Where an agent writes its own log, below its home; undefined while that is not known. */
export const logFolderOf = (entry: AgentEntry | undefined): string | undefined => {
	const home = entry?.info?.homePath ?? '';
	return home === '' ? undefined : `${home.endsWith('/') ? home.slice(0, -1) : home}/log_obshell`;
};
