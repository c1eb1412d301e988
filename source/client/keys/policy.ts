/**
What happens with a key that was never seen before; a changed key is refused except under `any`.

- strict: refused until a person accepts it
- first-use: trusted if the user named the agent, refused if only another agent did
- accept-new: trusted, no matter who named the agent
- any: every key is trusted, even a changed one, and none is stored
*/
export type KeyPolicy = 'strict' | 'first-use' | 'accept-new' | 'any';

/** `own`: agents (keys) with their own policy, which also applies to agents that they name as members of their cluster. */
export type FleetKeyPolicy = {readonly all: KeyPolicy; readonly own: ReadonlyMap<string, KeyPolicy>};

export const usualKeyPolicy: FleetKeyPolicy = {all: 'first-use', own: new Map()};

/** Whether a key that was never seen is trusted. `isFound`: another agent named this one, not the user. */
export const trustsNewKey = (policy: KeyPolicy, isFound: boolean): boolean => {
	switch (policy) {
		case 'strict': {
			return false;
		}

		case 'first-use': {
			return !isFound;
		}

		case 'accept-new':
		case 'any': {
			return true;
		}
	}
};
