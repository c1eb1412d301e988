import {type LeftAlone} from '../../operate/left-alone.js';
import {type AgentAddress} from '../../protocol/agent-address.js';
import {type ConfigFile} from './config.js';

/** The agents that the config file wants to be left alone, and where it says so. A word of caution counts whichever groups were asked for. */
export const leftAloneOf = (file: ConfigFile | undefined): readonly LeftAlone[] => [...file?.config.groups ?? []].flatMap(([name, {operate, agents}]) => {
	if (!file || operate !== false) {
		return [];
	}

	const words = `${file.placeOf(['groups', name, 'operate'])} says operate: false for @${name}`;
	return agents.map(({address}) => ({address, words}));
});

/** Why an agent that is called just so in the file is to be left alone. */
export const whyNamed = (leftAlone: readonly LeftAlone[], {key}: AgentAddress): string | undefined => leftAlone.find(({address}) => address.key === key)?.words;
