import {type KeyPins} from '../client/key-pins.js';
import {stateFolder} from '../system/state-folder.js';
import {createPins, type PinsOptions} from './create-pins.js';
import {knownAgentsFile, type KnownAgentsFile} from './known-agents-file.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The user's file of known keys; undefined where the environment tells of no place for it. */
export const ownKnownAgents = (env: Env): KnownAgentsFile | undefined => {
	const folder = stateFolder(env);
	return folder === undefined ? undefined : knownAgentsFile(folder);
};

/** The keys that the user's agents are known by, for a composition root. */
export const openPins = ({env, ...options}: Omit<PinsOptions, 'file'> & {readonly env: Env}): KeyPins => createPins({...options, file: ownKnownAgents(env)});
