import {type Plugin} from 'esbuild';

/**
Lets the bundle get `node:http` and `node:https` by `require`.

An `import` of them reads every export, also those that Node loads when asked for: among them undici, a whole HTTP client of its own that nobody here uses (20 ms and more).
*/
export const byRequire: Plugin = {
	name: 'by-require',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^(?:node:)?https?$/}, ({path, namespace}) => namespace === 'by-require'
			? {path, external: true}
			: {path: path.replace(/^(?:node:)?/, 'node:'), namespace: 'by-require'});
		onLoad({filter: /./, namespace: 'by-require'}, ({path}) => ({contents: `module.exports = require(${JSON.stringify(path)});`, loader: 'js'}));
	},
};
