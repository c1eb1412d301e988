/**
What becomes of the key of an agent that was never seen before. A changed key is refused in any case, but for `any`.

- strict: refused until somebody accepts it
- first-use: trusted where the user named the agent; refused where only another agent did
- accept-new: trusted, whoever named the agent
- any: every key is trusted, also a changed one, and none is remembered
*/
export type KeyPolicy = 'strict' | 'first-use' | 'accept-new' | 'any';

/** `own`: agents (keys) for which another one counts; also for those that one of them names as of its cluster. */
export type FleetKeyPolicy = {readonly all: KeyPolicy; readonly own: ReadonlyMap<string, KeyPolicy>};

export const usualKeyPolicy: FleetKeyPolicy = {all: 'first-use', own: new Map()};

/** Whether a key is trusted that was never seen. `isFound`: another agent named this one, not the user. */
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
