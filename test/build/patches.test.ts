import {build} from 'esbuild';
import {expect, test} from 'vitest';
import {applyPatch, type Patch, patchPlugin} from '../../source/build/patches.js';

const patch: Patch = {file: /\/thing\.js$/, replacements: [{find: 'slow()', replace: 'fast()'}]};

test('a patch replaces its text', () => {
	expect(applyPatch('const a = slow();', patch)).toBe('const a = fast();');
});

test.each([
	['const a = sloow();', 0],
	['slow(); slow();', 2],
])('a patch does not fit "%s"', (text, count) => {
	expect(() => applyPatch(text, patch)).toThrow(`found ${count} times, expected once: slow()`);
});

test('a build in which a patch finds no file fails', async () => {
	await expect(build({stdin: {contents: 'console.log(1)'}, bundle: true, write: false, logLevel: 'silent', plugins: [patchPlugin([patch])]}))
		.rejects.toThrow('found no file to change');
});
