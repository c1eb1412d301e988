import {execFile} from 'node:child_process';
import {expect, test} from 'vitest';
import {top} from '../source/build/paths.js';

// Beside the other tests: these wait most of their time, the compiler and the linter never do.
test.each([
	['typecheck', 'the types are right'],
	['lint', 'the code keeps to the rules of the linter'],
])('%s: %s', {timeout: 600_000}, async script => {
	const {promise, resolve} = Promise.withResolvers<{readonly code: unknown; readonly output: string}>();
	execFile('npm', ['run', '--silent', script], {cwd: top, maxBuffer: 64 * 1024 * 1024}, (error, output) => {
		resolve({code: error?.code, output});
	});
	const {code, output} = await promise;
	expect(code, output).toBeUndefined();
});
