import path from 'node:path';
import {BaseSequencer, type TestSpecification} from 'vitest/node';

// What waits longest for programs, clocks and the linter; begun last, each would keep one worker busy after the others are done.
const longest = [
	'lint.test.ts',
	'soak/soak.test.ts',
	'headless/wait.test.ts',
	'headless/webhooks.test.ts',
	'survival/faults.test.ts',
	'headless/query.test.ts',
	'end-to-end/notifications.test.ts',
	'end-to-end/logs.test.ts',
	'headless/operate.test.ts',
	'end-to-end/operate.test.ts',
	'end-to-end/found-keys.test.ts',
	'headless/once.test.ts',
	'end-to-end/random-keys.test.ts',
	'end-to-end/mouse.test.ts',
	'end-to-end/colours.test.ts',
	'end-to-end/resize.test.ts',
	'end-to-end/stray-keys.test.ts',
	'client/wrong-password-in-fleet.test.ts',
	'survival/agents.test.ts',
	'survival/keys-and-clocks.test.ts',
	'end-to-end/stalled.test.ts',
	'end-to-end/passwords.test.ts',
	'headless/ends-early.test.ts',
];

const rank = ({moduleId}: TestSpecification): number => {
	const index = longest.indexOf(path.relative(path.dirname(import.meta.dirname), moduleId));
	return index === -1 ? longest.length : index;
};

/** Starts the longest test files first, then goes on in vitest's own order. */
export default class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		// eslint-disable-next-line unicorn/no-array-sort -- vitest's own order, not an array's
		const sorted = await super.sort(files);
		return sorted.toSorted((one, other) => rank(one) - rank(other));
	}
}
