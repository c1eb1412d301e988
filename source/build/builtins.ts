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

/**
Lets the bundle get Node's own modules from `process.getBuiltinModule`.

An `import` of one reads all of its exports, also those that Node loads when they are asked for: undici, a whole HTTP client that nobody here uses, with `node:http` (20 ms and more), the text decoders with `node:util` (3 ms).
*/
export const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^[\w:/]+$/}, ({path, kind}) => isBuiltin(path)
			? {path: path.replace(/^(?:node:)?/, 'node:'), namespace: namespaces[kind] ?? asRequired, sideEffects: false}
			: undefined);
		onLoad({filter: /./, namespace: asRequired}, ({path}) => ({contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`, loader: 'js'}));
		const load = ({path}: OnLoadArgs): OnLoadResult => ({contents: `const all = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)}); export default all;\n${namesOf(path)}`, loader: 'js'});
		onLoad({filter: /./, namespace: asModule}, load);
		onLoad({filter: /./, namespace: onDemand}, load);
	},
};
