import {keyTable} from '../keymap/key-table.js';
import {overrideKeys} from '../keymap/override-keys.js';
import {type KeyRecord} from '../keymap/key-record.js';
import {type AgentAddress} from '../protocol/agent-address.js';
import {printable} from '../protocol/printable.js';
import {type ConfigFile} from './config/config.js';
import {addressesOf, isGroupName, selectGroups, type SelectedGroup} from './config/select-groups.js';
import {mergeSettings, type Settings} from './config/settings.js';
import {nearest} from './nearest.js';
import {type Argument} from './parse-arguments.js';
import {isAddressArgument, readAddresses, withSingleGroups} from './read-addresses.js';
import {type Values} from './read-demo.js';
import {failure, type Result} from './result.js';
import {type ReadTextFile} from './text-file.js';

/** What is to be watched and how, before anything secret is looked at. */
export type Plan = {
	readonly settings: Settings;
	/** Each once, those named by themselves first. Empty in a demo. */
	readonly addresses: readonly AgentAddress[];
	readonly groups: readonly SelectedGroup[];
	/** Those of them whose clusters' other agents are found, too. */
	readonly seeds: readonly string[];
	readonly keys: readonly KeyRecord[];
};

type PlanSurroundings = {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly readTextFile: ReadTextFile;
	readonly config: ConfigFile | undefined;
};

const isGroup = (argument: Argument): boolean => argument.type === 'positional' && isGroupName(argument.value);

/** The key table, with the keys that the file wants. */
export const readKeys = (file: ConfigFile | undefined): Result<readonly KeyRecord[]> => {
	const overridden = overrideKeys(keyTable, file?.config.keys ?? new Map());
	if (overridden.ok) {
		return {ok: true, value: overridden.table};
	}

	const {name, problem, known} = overridden;
	const guess = nearest(name, known ?? []);
	return failure(`${file?.placeOf(['keys', name]) ?? ''}: keys.${printable(name)}: ${printable(problem)}${guess === undefined ? '' : `, did you mean ${guess}?`}`);
};

const readAgents = (list: readonly Argument[], groups: readonly SelectedGroup[], readTextFile: ReadTextFile): Result<readonly AgentAddress[]> => {
	const others = list.filter(argument => !isGroup(argument));
	const named = groups.length > 0 && others.every(argument => !isAddressArgument(argument)) ? {ok: true as const, value: []} : readAddresses(others, readTextFile);
	return named.ok
		? {ok: true, value: [...new Map([...named.value, ...addressesOf(groups)].map(address => [address.key, address])).values()]}
		: named;
};

/** On the command line it is for all; in the file a group's own word beats the general one. */
const seedsOf = (addresses: readonly AgentAddress[], groups: readonly SelectedGroup[], {discover}: Settings, isAskedForAll: boolean): readonly string[] => {
	const own = new Map(groups.toReversed().flatMap(({group}) => group.agents.map(({address}) => [address.key, group.discover] as const)));
	return addresses.map(({key}) => key).filter(key => isAskedForAll || (own.get(key) ?? discover.value));
};

/** Reads the files that name agents, but runs nothing and reads no password. */
export const readPlan = (written: readonly Argument[], values: Values, {env, readTextFile, config}: PlanSurroundings): Result<Plan> => {
	const list = withSingleGroups(written);
	const settings = mergeSettings(values, env, config);
	const keys = readKeys(config);
	const groups = selectGroups(list.flatMap(argument => isGroup(argument) ? [argument.value] : []), config, env);
	if (!settings.ok || !keys.ok || !groups.ok) {
		return [settings, keys, groups].find(result => !result.ok) ?? failure('');
	}

	const addresses = values.has('demo') ? {ok: true as const, value: []} : readAgents(list, groups.value, readTextFile);
	return addresses.ok
		? {ok: true, value: {
			settings: settings.value, keys: keys.value, groups: groups.value, addresses: addresses.value,
			seeds: seedsOf(addresses.value, groups.value, settings.value, values.has('discover')),
		}}
		: addresses;
};
