import {isBuiltin} from 'node:module';
import process from 'node:process';
import {type ImportKind, type OnLoadArgs, type OnLoadResult, type Plugin} from 'esbuild';
import {belowTop} from './paths.ts';

const asModule = 'builtin';

const asRequired = 'required builtin';

// Separate, because a dynamic import needs all exports of a module, which normal imports must not load.
const onDemand = 'builtin on demand';

const namespaces: Readonly<Partial<Record<ImportKind, string>>> = {'import-statement': asModule, 'dynamic-import': onDemand};

const isName = (key: string): boolean => /^[a-z_$][\w$]*$/i.test(key) && key !== 'default';

// Marked as pure, so that unused ones are left out: reading them may load more.
const namesOf = (path: string): string => Object.keys(process.getBuiltinModule(path) ?? {}).filter(key => isName(key))
	.map(key => `const _${key} = /* @__PURE__ */ (() => all.${key})(); export {_${key} as ${key}};`).join('\n');

const textOf = (path: string): string => `const all = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)}); export default all;\n${namesOf(path)}`;

// Only for https, workers, compressed responses and names of exempt agents: loaded when first used.
const late = new Set(['node:https', 'node:tls', 'node:zlib', 'node:worker_threads', 'node:dns/promises']);

const lateText = (path: string): string => {
	const load = `process.getBuiltinModule(${JSON.stringify(path)})`;
	const names = Object.entries({...process.getBuiltinModule(path)}).filter(([key, value]) => isName(key) && /^[a-z]/.test(key) && typeof value === 'function');
	return [
		`export default new Proxy({}, {get: (target, key) => ${load}[key]});`,
		...names.map(([key]) => `export const ${key} = (...inputs) => ${load}.${key}(...inputs);`),
	].join('\n');
};

/**
Makes the bundle get Node's own modules from `process.getBuiltinModule`.
An `import` of one reads all of its exports, even those that Node loads on access: with `node:http`, undici, a whole HTTP client that the
program does not use; with `node:util`, the text decoders. docs/decisions.md says what that saves.
*/
export const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		// A copy of a line or two for each importer: as a shared file it would cost more. CommonJS files are named in the bundle: that must not tell where it was built.
		onResolve({filter: /^[\w:/]+$/}, ({path, kind, importer}) => isBuiltin(path)
			? {path: path.replace(/^(?:node:)?/, 'node:'), suffix: `?${belowTop(importer)}`, namespace: namespaces[kind] ?? asRequired, sideEffects: false}
			: undefined);
		onLoad({filter: /./, namespace: asRequired}, ({path}) => ({contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`, loader: 'js'}));
		const load = ({path}: OnLoadArgs): OnLoadResult => ({contents: (late.has(path) ? lateText : textOf)(path), loader: 'js'});
		onLoad({filter: /./, namespace: asModule}, load);
		onLoad({filter: /./, namespace: onDemand}, load);
	},
};

/**
The same for the first file, which also runs on Nodes without `process.getBuiltinModule`, so it may use that only after it has looked at the
version. An `import` of `node:process` alone would open all three standard streams.
*/
export const builtinsOnUse: Plugin = {
	name: 'builtins on use',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^node:/}, ({path}) => ({path, namespace: asModule, sideEffects: false}));
		onLoad({filter: /./, namespace: asModule}, ({path}) => ({contents: path === 'node:process' ? 'export default process;' : lateText(path), loader: 'js'}));
	},
};
