import {type DemoKeyPair} from '../crypto/key-pair.js';
import {type Member, type World} from './world.js';

/** What an agent is at the moment of a request. */
export type AgentState = {
	readonly member: Member;
	readonly world: World;
	readonly auth: 'v1' | 'v2';
	readonly agentPassword: string | undefined;
	readonly rootPassword: string;
	readonly takesAnyPassword: boolean;
	readonly pid: number;
	/** ms since 1970, by its own clock. */
	readonly startedAt: number;
	/** ms by which its clock is wrong. */
	readonly clockOffset: number;
	readonly now: number;
	/** 0 observer down, 1 running, 2 restricted, 3 connected; undefined: as its identity implies. */
	readonly obState: number | undefined;
	readonly key: () => Promise<DemoKeyPair>;
};
