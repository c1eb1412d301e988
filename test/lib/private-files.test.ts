import {mkdtemp, mkdir, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {makeStateFolder, stateFolder} from '../../source/lib/private-files.js';

test.each([
	[{XDG_STATE_HOME: '/var/state', HOME: '/home/dba'}, '/var/state/obwatch'],
	[{HOME: '/home/dba'}, '/home/dba/.local/state/obwatch'],
	[{XDG_STATE_HOME: '', HOME: '/home/dba'}, '/home/dba/.local/state/obwatch'],
	[{XDG_STATE_HOME: 'relative', HOME: '/home/dba'}, '/home/dba/.local/state/obwatch'],
	[{HOME: 'relative'}, undefined],
	[{}, undefined],
])('with %j what must be remembered is kept in %s', (env, folder) => {
	expect(stateFolder(env)).toBe(folder);
});

const modeOf = async (folder: string): Promise<number> => {
	const {mode} = await stat(folder);
	return mode & 0o777;
};

test('the folder is for its user alone, also one that was open to others before', async () => {
	const home = await mkdtemp(path.join(tmpdir(), 'obwatch-test-'));
	onTestFinished(async () => rm(home, {recursive: true}));
	const folder = path.join(home, '.local', 'state', 'obwatch');
	await makeStateFolder(folder);
	expect(await modeOf(folder)).toBe(0o700);
	const open = path.join(home, 'open');
	await mkdir(open, {mode: 0o755});
	await makeStateFolder(open);
	expect(await modeOf(open)).toBe(0o700);
});
