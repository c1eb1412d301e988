import {expect, test} from 'vitest';
import {compileCacheFolder} from '../../source/cli/compile-cache-folder.js';
import {problemOfNode} from '../../source/cli/supported-node.js';

test.each([
	['22.0.0', undefined],
	['24.21.0', undefined],
	['100.1.0', undefined],
	['20.20.2', 'obwatch needs Node 22 or newer; this is 20.20.2'],
	['8.17.0', 'obwatch needs Node 22 or newer; this is 8.17.0'],
])('Node %s: %s', (version, problem) => {
	expect(problemOfNode(version)).toBe(problem);
});

test.each([
	[{HOME: '/home/ada'}, '/home/ada/.cache/obwatch'],
	[{HOME: '/home/ada', XDG_CACHE_HOME: '/var/cache/ada'}, '/var/cache/ada/obwatch'],
	[{HOME: '/home/ada', XDG_CACHE_HOME: 'relative'}, '/home/ada/.cache/obwatch'],
	[{HOME: ''}, undefined],
	[{}, undefined],
])('with %j the compiled program is kept in %s', (env, folder) => {
	expect(compileCacheFolder(env)).toBe(folder);
});
