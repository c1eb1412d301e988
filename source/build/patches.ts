import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {type Plugin} from 'esbuild';
import {top} from './paths.ts';

/** Text that is replaced in one file of a dependency. Every `find` must be there exactly once. */
export type Patch = {
	/** Matches the file's path, with forward slashes. */
	readonly file: RegExp;
	readonly replacements: ReadonlyArray<{readonly find: string; readonly replace: string}>;
};

// Our own, instead of what dependencies build for themselves.
const graphemes = JSON.stringify(path.join(top, 'source', 'lib', 'graphemes.ts'));

/**
The patches to dependencies in the bundle: only those that save 10 ms of the start or more, or fix a fault. docs/decisions.md says what each
saves, and how it could be fixed upstream.
*/
export const patches: readonly Patch[] = [
	{
		// Reading its wasm with fetch('data:…') starts Node's whole HTTP client; the branch for hosts without fetch decodes it directly.
		file: /\/yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/,
		replacements: [{find: 'return w||"function"!=typeof fetch?Promise.resolve()', replace: 'return true?Promise.resolve()'}],
	},
	{
		// A single drawing character in a line loads tables of emoji, though neither it nor its neighbours can be one.
		file: /\/string-width\/index\.js$/,
		replacements: [
			{
				find: String.raw`const rgiEmojiRegex = /^\p{RGI_Emoji}$/v;`,
				replace: String.raw`let lazyEmojiRegex;${'\n'}const getEmojiRegex = () => lazyEmojiRegex ??= new RegExp('^\\p{RGI_Emoji}$', 'v');`,
			},
			{find: 'rgiEmojiRegex.test(segment)', replace: 'getEmojiRegex().test(segment)'},
			{find: String.raw`/^[\u0020-\u007E]*$/.test(string)`, replace: 'isNarrow(string)'},
			{find: 'const segmenter = new Intl.Segmenter();', replace: `import {areAmbiguousWide, graphemes as segmenter, isNarrow} from ${graphemes};`},
			// Ink asks for widths without options, so it would take every terminal's ambiguous characters for narrow ones.
			{find: 'ambiguousIsNarrow = true,', replace: 'ambiguousIsNarrow = !areAmbiguousWide(),'},
		],
	},
	// The first segmenter in a process loads tables; text without anything to segment does not need it.
	...[
		{file: /\/wrap-ansi\/index\.js$/, name: 'segmenter', find: 'const segmenter = new Intl.Segmenter();'},
		{file: /\/slice-ansi\/tokenize-ansi\.js$/, name: 'GRAPHEME_SEGMENTER', find: 'const GRAPHEME_SEGMENTER = new Intl.Segmenter(undefined, {granularity: \'grapheme\'});'},
		{file: /\/ink\/build\/line-update\.js$/, name: 'segmenter', find: 'const segmenter = new Intl.Segmenter(undefined, { granularity: \'grapheme\' });'},
		{file: /\/ansi-tokenize\/build\/tokenize\.js$/, name: 'segmenter', find: 'const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });'},
	].map(({file, name, find}) => ({file, replacements: [{find, replace: `import {graphemes as ${name}} from ${graphemes};`}]})),
	{
		// The options are obwatch's own: chalk would understand --no-color as "no bold and no dim either".
		file: /\/chalk\/source\/vendor\/supports-color\/index\.js$/,
		replacements: [{find: 'function hasFlag(flag, argv = globalThis.Deno ? globalThis.Deno.args : process.argv) {', replace: 'function hasFlag(flag, argv = []) {'}],
	},
	{
		// "Esc [" typed at once looks like the beginning of a key's sequence. If nothing follows, Ink passes on "[" alone; with `meta` it is Esc, then the key, as for any other key.
		file: /\/ink\/build\/hooks\/use-input\.js$/,
		replacements: [{find: 'input = input.slice(1);', replace: 'input = input.slice(1);key.meta ||= input !== "";'}],
	},
	{
		// With DEV=true in the environment Ink loads React's developer tools, a package that is not included, and waits for their server.
		file: /\/ink\/build\/reconciler\.js$/,
		// A single executable bundles everything into one file, in which modules that wait while they load wait for each other forever.
		replacements: [{find: 'await import(\'./devtools.js\');', replace: ''}, {find: 'const loaded = await loadPackageJson();', replace: 'const loaded = undefined;'}],
	},
];

/** The patched text. Throws if a text to replace is missing or there twice, so that an update of the dependency cannot silently undo a patch. */
export const applyPatch = (text: string, patch: Patch): string => {
	let patched = text;
	for (const {find, replace} of patch.replacements) {
		const parts = patched.split(find);
		if (parts.length !== 2) {
			throw new Error(`the patch does not fit ${patch.file.source}: found ${parts.length - 1} times, expected once: ${find}`);
		}

		patched = parts.join(replace);
	}

	return patched;
};

/** Applies the patches while bundling. A build also fails if a patch finds no file. */
export const patchPlugin = (list: readonly Patch[]): Plugin => ({
	name: 'patches',
	setup(build) {
		const applied = new Set<Patch>();
		for (const patch of list) {
			build.onLoad({filter: patch.file}, async args => {
				applied.add(patch);
				return {contents: applyPatch(await readFile(args.path, 'utf8'), patch), loader: 'js'};
			});
		}

		build.onEnd(() => ({
			errors: list.filter(patch => !applied.has(patch)).map(patch => ({text: `a patch found no file to change: ${patch.file.source}`})),
		}));
	},
});
