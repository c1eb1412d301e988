import {buildWhenStale} from '../../source/build/freshness.js';

/** Tests of the whole program run what is built, so that `npm run vitest` alone tests the sources as they are. */
export default function setup(): void {
	if (buildWhenStale() !== 0) {
		throw new Error('the program could not be built');
	}
}
