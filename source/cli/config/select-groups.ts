import {type AgentAddress} from '../../protocol/agent-address.js';
import {printable} from '../../protocol/printable.js';
import {nearest} from '../nearest.js';
import {failure, type Result} from '../result.js';
import {type ConfigFile, type GroupConfig} from './config.js';
import {usualConfigPath} from './load-config.js';

/** A group that was asked for by its name. */
export type SelectedGroup = {readonly name: string; readonly group: GroupConfig};

/** Whether an argument names a group: "@prod". */
export const isGroupName = (text: string): boolean => text.startsWith('@');

/** The groups of those names ("@prod"), each once, in the order given. */
export const selectGroups = (names: readonly string[], file: ConfigFile | undefined, env: Readonly<Record<string, string | undefined>>): Result<readonly SelectedGroup[]> => {
	const selected = new Map<string, GroupConfig>();
	for (const text of names) {
		const name = text.slice(1);
		const group = file?.config.groups.get(name);
		if (!file) {
			return failure(`${printable(text)}: groups stand in a config file, and there is none (${printable(usualConfigPath(env) ?? '--config')})`);
		}

		if (!group) {
			const known = [...file.config.groups.keys()];
			const guess = nearest(name, known);
			const words = known.length === 0 ? 'has no groups' : (guess === undefined ? `has ${known.map(other => `@${other}`).join(', ')}` : `did you mean @${guess}?`);
			return failure(`no group ${printable(text)}: ${guess === undefined || known.length === 0 ? `${printable(file.path)} ` : ''}${words}`);
		}

		selected.set(name, group);
	}

	return {ok: true, value: [...selected].map(([name, group]) => ({name, group}))};
};

/** The groups that one of the agents is in, however it was named. */
export const groupsWith = (file: ConfigFile | undefined, agents: ReadonlySet<string>): readonly SelectedGroup[] =>
	[...file?.config.groups ?? []].map(([name, group]) => ({name, group})).filter(({group}) => group.agents.some(({address}) => agents.has(address.key)));

/** Their agents in order; one that is in several groups, once. */
export const addressesOf = (groups: readonly SelectedGroup[]): readonly AgentAddress[] => groups.flatMap(({group}) => group.agents.map(({address}) => address));
