import {type ConfigFile} from './config.js';
import {groupsWith} from './select-groups.js';

/** The group of the config file that wants an agent (its key) to be left alone, and where it says so ("config.yaml:12"). A word of caution counts however the agent was named. */
export const leftAlone = (file: ConfigFile | undefined, agent: string): {readonly group: string; readonly place: string} | undefined => {
	const found = groupsWith(file, new Set([agent])).find(({group}) => group.operate === false);
	return file && found && {group: `@${found.name}`, place: file.placeOf(['groups', found.name, 'operate'])};
};
