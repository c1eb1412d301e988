import {isBuiltin} from 'node:module';
import process from 'node:process';
import {type ImportKind, type OnLoadArgs, type OnLoadResult, type Plugin} from 'esbuild';

const asModule = 'builtin';

const asRequired = 'required builtin';

// Of its own: it hands out everything, and what is imported in the usual way must not have to.
const onDemand = 'builtin on demand';

const namespaces: Readonly<Partial<Record<ImportKind, string>>> = {'import-statement': asModule, 'dynamic-import': onDemand};

const isName = (key: string): boolean => /^[a-z_$][\w$]*$/i.test(key) && key !== 'default';

// Marked as pure, so that what nobody imports is left out: to read it may load more.
const namesOf = (path: string): string => Object.keys(process.getBuiltinModule(path) ?? {}).filter(key => isName(key))
	.map(key => `const _${key} = /* @__PURE__ */ (() => all.${key})(); export {_${key} as ${key}};`).join('\n');

const textOf = (path: string): string => `const all = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)}); export default all;\n${namesOf(path)}`;

// For https, workers and compressed answers only: loaded with the first use of what they hold.
const late = new Set(['node:https', 'node:tls', 'node:zlib', 'node:worker_threads']);

const lateText = (path: string): string => {
	const load = `process.getBuiltinModule(${JSON.stringify(path)})`;
	const names = Object.entries({...process.getBuiltinModule(path)}).filter(([key, value]) => isName(key) && /^[a-z]/.test(key) && typeof value === 'function');
	return [
		`export default new Proxy({}, {get: (target, key) => ${load}[key]});`,
		...names.map(([key]) => `export const ${key} = (...inputs) => ${load}.${key}(...inputs);`),
	].join('\n');
};

/**
Lets the bundle get Node's own modules from `process.getBuiltinModule`.

An `import` of one reads all of its exports, also those that Node loads when they are asked for: undici, a whole HTTP client that nobody here uses, with `node:http`, the text decoders with `node:util`. What that saves is in docs/decisions.md.
*/
export const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		// A copy for each importer, a line or two: shared, each would be a file of its own, which costs more.
		onResolve({filter: /^[\w:/]+$/}, ({path, kind, importer}) => isBuiltin(path)
			? {path: path.replace(/^(?:node:)?/, 'node:'), suffix: `?${importer}`, namespace: namespaces[kind] ?? asRequired, sideEffects: false}
			: undefined);
		onLoad({filter: /./, namespace: asRequired}, ({path}) => ({contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`, loader: 'js'}));
		const load = ({path}: OnLoadArgs): OnLoadResult => ({contents: (late.has(path) ? lateText : textOf)(path), loader: 'js'});
		onLoad({filter: /./, namespace: asModule}, load);
		onLoad({filter: /./, namespace: onDemand}, load);
	},
};
