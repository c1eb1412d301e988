// What root does not accept from other users, and other users do.

import {chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {loadConfig} from '../../../source/cli/config/load.js';
import {createRunCommand} from '../../../source/cli/config/passwords.js';
import {readTextFile} from '../../../source/cli/input-file.js';
import {isOpenToOthers} from '../../../source/lib/private-files.js';

const nobody = 65_534;

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-root-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
};

describe.runIf(process.getuid?.() === 0)('as root', () => {
	const refusal = {ok: false, problem: 'is not run as root: other users own it, or can write it or its folder'};

	test.each<readonly [string, (program: string) => void]>([
		['of another user', program => {
			chownSync(program, nobody, nobody);
		}],
		['that others can write', program => {
			chmodSync(program, 0o757);
		}],
		['in a folder of another user', program => {
			chownSync(path.dirname(program), nobody, nobody);
		}],
		['in a folder that all users can write', program => {
			chmodSync(path.dirname(program), 0o777);
		}],
	])('a password program %s is not run, by its path or by its name', (_, open) => {
		const folder = path.join(makeFolder(), 'bin');
		mkdirSync(folder, 0o755);
		const program = path.join(folder, 'secret');
		writeFileSync(program, '#!/bin/sh\necho geheim\n', {mode: 0o755});
		const run = createRunCommand({PATH: `/nowhere:${folder}:/bin:/usr/bin`});
		expect([run([program]), run(['secret'])]).toEqual([{ok: true, text: 'geheim\n'}, {ok: true, text: 'geheim\n'}]);
		open(program);
		expect([run([program]), run(['secret'])]).toEqual([refusal, refusal]);
	});

	test.each(['password_file: /srv/pw', 'groups:\n  prod:\n    password_file: /srv/pw\n    agents: [10.0.0.1]'])('a config file of another user does not say where passwords are: %j', async text => {
		const file = path.join(makeFolder(), 'config.yaml');
		writeFileSync(file, `${text}\n`, {mode: 0o600});
		const load = async () => loadConfig(['--config', file, '10.0.0.1'], {env: {}, readTextFile, isOpenToOthers, isRoot: true});
		expect(await load()).toMatchObject({ok: true});
		chownSync(file, nobody, nobody);
		expect(await load()).toEqual({ok: false, problem: `${file}: says where root's passwords are, but other users own it, or can write it or its folder. Keep it in a folder that only root can write.`});
	});
});
