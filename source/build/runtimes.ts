import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync} from 'node:fs';
import path from 'node:path';
import {top} from './paths.ts';

export const architectures = ['x64', 'arm64'] as const;

export type Architecture = (typeof architectures)[number];

/** The Node inside the single executables. A newer one than for development: building executables from ES modules needs 26. */
export const runtimeVersion = '26.10.0';

// Of the packages node-linux-ARCHITECTURE, as published in the registry.
const integrity: Readonly<Record<Architecture, string>> = {
	x64: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
	arm64: 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
};

const cache = path.join(top, 'node_modules', '.cache', 'obwatch-runtimes');

const runIn = (command: string, list: readonly string[], cwd: string): void => {
	const {status, stderr, error} = spawnSync(command, list, {cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe']});
	if (error !== undefined || status !== 0) {
		throw new Error(`${command} ${list.join(' ')}: ${error?.message ?? stderr}`);
	}
};

/** The path of Node's executable for Linux on that architecture. It is fetched from the package registry once, and accepted only if its hash matches. */
export const runtimeFor = (architecture: Architecture): string => {
	const name = `node-linux-${architecture}`;
	const home = path.join(cache, `${name}-${runtimeVersion}`);
	const executable = path.join(home, 'package', 'bin', 'node');
	if (existsSync(executable)) {
		return executable;
	}

	mkdirSync(cache, {recursive: true});
	const draft = mkdtempSync(path.join(cache, 'draft-'));
	try {
		runIn('npm', ['pack', `${name}@${runtimeVersion}`, '--silent'], draft);
		const archive = path.join(draft, `${name}-${runtimeVersion}.tgz`);
		const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
		if (found !== integrity[architecture]) {
			throw new Error(`${name}@${runtimeVersion} is not the package that is known: ${found}`);
		}

		runIn('tar', ['-xzf', archive, 'package/bin/node', 'package/LICENSE'], draft);
		rmSync(archive);
		rmSync(home, {recursive: true, force: true});
		renameSync(draft, home);
		return executable;
	} finally {
		rmSync(draft, {recursive: true, force: true});
	}
};
