import {Buffer} from 'node:buffer';
import path from 'node:path';
import {build} from 'esbuild';
import {describe, expect, test} from 'vitest';
import {applyPatch, type Patch, patches, patchPlugin} from '../../source/build/patches.js';
import {top} from '../../source/build/paths.js';

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

type Output = {
	readonly caches: {readonly getStyledChars: (line: string) => readonly unknown[]};
	readonly write: (x: number, y: number, text: string, options: {readonly transformers: readonly unknown[]}) => void;
	readonly get: () => {readonly output: string};
};

type OutputClass = new (size: {readonly width: number; readonly height: number}) => Output;

/** What Ink puts a frame together with, with the patches or without. */
const outputWith = async (list: readonly Patch[]): Promise<OutputClass> => {
	const {outputFiles} = await build({
		entryPoints: [path.join(top, 'node_modules', 'ink', 'build', 'output.js')], bundle: true, write: false, format: 'esm', platform: 'node', plugins: [patchPlugin(list)],
	});
	const loaded: unknown = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`);
	return (loaded as {readonly default: OutputClass}).default;
};

describe('the lines of a frame', () => {
	const drawn = patches.filter(({file}) => file.test('/ink/build/output.js') || file.test('/ansi-tokenize/build/styledChars.js'));
	const frames = [
		['\u001B[1mone\u001B[22m two', '\u001B[31m\u001B[1mthree\u001B[39m four\u001B[22m'],
		['\u001B[1mone\u001B[22m two', '\u001B[2m机器\u001B[22m 执行中'],
		['first\n\u001B[7msecond\nthird', '\u001B[38;5;120m\u001B[4mfive\u001B[24m\u001B[39m'],
		['\u001B[1mone\u001B[22m two', 'a\u200Bb'],
	];

	test('are put together as Ink does it, whatever the frame before had', async () => {
		const [plain, patched] = await Promise.all([outputWith([]), outputWith(drawn)]);
		const draw = (From: OutputClass, lines: readonly string[]): string => {
			const output = new From({width: 20, height: 4});
			for (const [y, line] of lines.entries()) {
				output.write(y, y, line, {transformers: []});
			}

			return output.get().output;
		};

		for (const lines of frames) {
			expect(draw(patched, lines)).toBe(draw(plain, lines));
		}
	});

	test('are taken apart once, and forgotten when a frame lacks them', async () => {
		const Patched = await outputWith(drawn);
		const chars = (line: string): readonly unknown[] => new Patched({width: 20, height: 1}).caches.getStyledChars(line);
		const first = chars('same');
		expect(chars('same')).toBe(first);
		chars('other');
		expect(chars('same')).not.toBe(first);
	});
});
