import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

// The arrows between the folders of source/, and what differs from xo's own rules. docs/architecture.md shows the same arrows as a picture; test/architecture.test.ts counts circles over types, too.

/** What a folder may import beside itself. */
export const arrows = {
	lib: [],
	protocol: ['lib'],
	demo: ['protocol', 'lib'],
	client: ['protocol', 'lib'],
	store: ['protocol', 'lib'],
	poller: ['client', 'store', 'protocol', 'lib'],
	recording: ['poller', 'client', 'store', 'protocol', 'lib'],
	fleet: ['recording', 'poller', 'client', 'store', 'demo', 'protocol', 'lib'],
	export: ['store', 'protocol', 'lib'],
	ui: ['store', 'protocol', 'lib'],
	headless: ['fleet', 'recording', 'export', 'ui/format.ts', 'ui/theme.ts', 'client/keys', 'client/types.ts', 'store', 'protocol', 'lib'],
	cli: ['headless', 'fleet', 'recording', 'export', 'ui', 'demo', 'poller', 'client', 'store', 'protocol', 'lib'],
	build: [],
};

const zones = Object.entries(arrows).map(([folder, allowed]) => ({
	target: `./source/${folder}`,
	from: './source',
	except: [folder, ...allowed].map(name => `./${name}`),
}));

// What oxlint does with the same options, and what needs types: it costs a tenth there of what it costs here.
const {rules: ofOxlint} = JSON.parse(readFileSync(new URL('.oxlintrc.json', import.meta.url), 'utf8'));
const plugins = {typescript: '@typescript-eslint', import: 'import-x', node: 'n'};
const nameHere = name => name.replace(/^\w+(?=\/)/, plugin => plugins[plugin] ?? plugin);
const elsewhere = Object.entries(ofOxlint).filter(([name, level]) => level !== 'off' && !name.startsWith('react')).map(([name]) => nameHere(name));

// Rules for what is not here, a fifth of the rest: tests with AVA or Node's own runner, and the tags of JSDoc.
const requireOfXo = createRequire(import.meta.resolve('xo'));
const rulesOf = (plugin, from = `eslint-plugin-${plugin}`) => Object.keys(requireOfXo(from).default.rules).map(name => `${plugin}/${name}`);
const aboutTags = /^jsdoc\/(?:check-(?:access|line-alignment|param|property|template|types|values)|escape|implements|imports|no-types|reject|require-(?!asterisk)|valid-types|ts-)/;
const unused = [...rulesOf('ava'), ...rulesOf('node-test', 'eslint-node-test'), ...rulesOf('jsdoc').filter(name => aboutTags.test(name))];

const off = names => Object.fromEntries(names.map(name => [name, 'off']));

/** @type {import('xo').FlatXoConfig} */
const config = [
	{
		ignores: ['dist/**'],
	},
	{
		languageOptions: {parserOptions: {projectService: false}},
		rules: {
			...off([...elsewhere.filter(name => name.startsWith('@typescript-eslint/')), ...unused]),
			// Without types they take every `find` for that of an array, and booleans that are compared for a mistake.
			'unicorn/no-array-callback-reference': 'off',
			'unicorn/no-array-method-this-argument': 'off',
			'unicorn/no-chained-comparison': 'off',
			'unicorn/prefer-array-some': 'off',
			'import-x/no-restricted-paths': ['error', {zones}],
			'max-lines': ['error', {max: 400}],
			'unicorn/single-line-block-comment-style': 'off',
			'require-unicode-regexp': 'off',
			'regexp/prefer-named-capture-group': 'off',
			'no-bitwise': 'off',
			'unicorn/consistent-boolean-name': 'off',
			'@typescript-eslint/no-restricted-types': 'off',
			'@typescript-eslint/strict-boolean-expressions': 'off',
			'@stylistic/object-curly-newline': 'off',
			'unicorn/prefer-minimal-ternary': 'off',
			'capitalized-comments': 'off',
			'unicorn/name-replacements': 'off',
			'unicorn/prefer-ternary': 'off',
			'regexp/sort-character-class-elements': 'off',
			'regexp/unicode-property': 'off',
			'unicorn/prefer-includes-over-repeated-comparisons': 'off',
			'unicorn/prefer-unicode-code-point-escapes': 'off',
			'unicorn/no-unsafe-string-replacement': 'off',
			'unicorn/prevent-abbreviations': 'off',
			'no-await-in-loop': 'off',
			'unicorn/no-null': 'off',
			'unicorn/prefer-simple-condition-first': 'off',
			'unicorn/prefer-iterator-to-array': 'off',
			'unicorn/no-declarations-before-early-exit': 'off',
			'regexp/prefer-w': 'off',
			'unicorn/prefer-type-literal-last': 'off',
			complexity: 'off',
			// A text is a call, and its parts are others.
			'unicorn/max-nested-calls': ['error', {max: 4}],
		},
	},
	{
		// Those that oxlint reads.
		files: ['{source,test}/**/*.{ts,tsx}'],
		rules: off(elsewhere),
	},
	{
		files: ['source/protocol/**/*.ts', 'source/demo/**/*.ts', 'source/cli/config/schema.ts', 'source/export/webhook-formats.ts', 'source/lib/messages/**/*.ts'],
		rules: {
			'@typescript-eslint/naming-convention': 'off',
		},
	},
	{
		files: ['test/**/*.{ts,tsx}'],
		rules: {
			'@typescript-eslint/naming-convention': 'off',
			'no-control-regex': 'off',
			'regexp/no-control-character': 'off',
			'unicorn/max-nested-calls': 'off',
			'@stylistic/max-len': 'off',
			'max-lines': ['error', {max: 400, skipBlankLines: true, skipComments: true}],
		},
	},
	{
		files: ['package.json'],
		rules: {
			'package-json/dependency-version-range': 'off',
			// The built file starts Node by a shell, see docs/decisions.md.
			'package-json/require-bin-shebang': 'off',
		},
	},
];

export default config;
