import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {compileCacheFolder, problemOfNode} from '../../source/cli/start-conditions.js';

test.each([
	['22.10.0', undefined],
	['22.11.0', undefined],
	['23.0.0', undefined],
	['100.1.0', undefined],
	['22.9.0', 'obwatch needs Node.js 22.10 or newer; this is 22.9.0. Run it with a newer one.'],
	['20.20.2', 'obwatch needs Node.js 22.10 or newer; this is 20.20.2. Run it with a newer one.'],
	['8.17.0', 'obwatch needs Node.js 22.10 or newer; this is 8.17.0. Run it with a newer one.'],
])('Node %s: %s', (version, problem) => {
	expect(problemOfNode(version)).toBe(problem);
});

test('the package and the README name the same version as the program', () => {
	const {engines} = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8')) as {engines: {node: string}};
	const oldest = engines.node.replace('>=', '');
	expect(problemOfNode(`${oldest}.0`)).toBeUndefined();
	expect(problemOfNode('0.0.0')).toContain(`needs Node.js ${oldest} or newer`);
	expect(readFileSync(path.join(top, 'README.md'), 'utf8')).toContain(`Node.js ${oldest} or newer`);
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
