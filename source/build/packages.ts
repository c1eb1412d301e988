// Run by `npm run build:packages`: rpm, deb and a tarball for x64 and arm64, from the executables that need the oldest libraries. The same bytes each time.

import {copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {stringify} from 'yaml';
import {writeSums} from './binary.ts';
import {program, top} from './paths.ts';
import {binaries, executableOf, run, type Runtime, runtimes} from './runtimes.ts';
import {version} from './settings.ts';

/** A packager for both formats, as a Go program: later versions need modules that cannot be fetched everywhere. */
const nfpm = 'github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.44.0';

const cache = path.join(top, 'node_modules', '.cache', 'obwatch-nfpm');

/** Where nfpm is, or will be once it is installed. */
export const nfpmCommand = path.join(cache, 'nfpm');

const installNfpm = (): void => {
	if (existsSync(nfpmCommand)) {
		return;
	}

	try {
		run('go', ['version']);
	} catch {
		throw new Error('packages need Go, which builds the packager nfpm. Install Go 1.25 or later.');
	}

	mkdirSync(cache, {recursive: true});
	run('env', [`GOBIN=${cache}`, 'go', 'install', nfpm], cache);
};

const documents = globSync('docs/**/*.{md,svg,json,yaml}', {cwd: top}).toSorted();

/** What a package puts where, apart from the executable: [file as it is gathered, path on the system]. Documents are where the README's links lead. */
const contents: ReadonlyArray<readonly [file: string, to: string]> = [
	['obwatch.1', '/usr/share/man/man1/obwatch.1'],
	['zh/obwatch.1', '/usr/share/man/zh_CN/man1/obwatch.1'],
	['obwatch.bash', '/usr/share/bash-completion/completions/obwatch'],
	['_obwatch', '/usr/share/zsh/site-functions/_obwatch'],
	['obwatch.fish', '/usr/share/fish/vendor_completions.d/obwatch.fish'],
	['obwatch-metrics.service', '/usr/lib/systemd/system/obwatch-metrics.service'],
	...['LICENSE', 'licenses.txt', 'README.md', ...documents].map(file => [file, `/usr/share/doc/obwatch/${file}`] as const),
];

/** The folders that only this package has files in. */
const ownFolders = [...new Set(contents.map(([, to]) => path.dirname(to)).filter(folder => folder.includes('/obwatch')))].toSorted();

/** Puts the files of `contents` into a folder. What the program prints itself comes from the built program. */
const gatherContents = (folder: string, runtime: Runtime): void => {
	const print = (...list: readonly string[]): string => run(process.execPath, [program, ...list]);
	for (const file of ['zh', ...new Set(documents.map(name => path.dirname(name)))]) {
		mkdirSync(path.join(folder, file), {recursive: true});
	}

	writeFileSync(path.join(folder, 'obwatch.1'), print('man', '--lang', 'en'));
	writeFileSync(path.join(folder, 'zh', 'obwatch.1'), print('man', '--lang', 'zh'));
	writeFileSync(path.join(folder, 'obwatch.bash'), print('completion', 'bash', '--lang', 'en'));
	writeFileSync(path.join(folder, '_obwatch'), print('completion', 'zsh', '--lang', 'en'));
	writeFileSync(path.join(folder, 'obwatch.fish'), print('completion', 'fish', '--lang', 'en'));
	copyFileSync(`${executableOf(runtime)}.licenses.txt`, path.join(folder, 'licenses.txt'));
	copyFileSync(path.join(top, 'source', 'build', 'assets', 'obwatch-metrics.service'), path.join(folder, 'obwatch-metrics.service'));
	for (const file of ['LICENSE', 'README.md', ...documents]) {
		copyFileSync(path.join(top, file), path.join(folder, file));
	}
};

const architectures: Readonly<Record<Runtime['architecture'], {readonly go: string; readonly rpm: string}>> = {
	x64: {go: 'amd64', rpm: 'x86_64'},
	arm64: {go: 'arm64', rpm: 'aarch64'},
};

// nfpm finds no libraries by itself.
const dependencies = ({needs}: Runtime) => ({
	rpm: [`libc.so.6(GLIBC_${needs.glibc})(64bit)`, `libstdc++.so.6(GLIBCXX_${needs.glibcxx})(64bit)`, 'libgcc_s.so.1()(64bit)'],
	deb: [`libc6 (>= ${needs.glibc})`, 'libstdc++6 (>= 4.8.3)', 'libgcc-s1 | libgcc1'],
});

/** What is packed. `at`: the time that all files get. */
export type Packed = {readonly runtime: Runtime; readonly executable: string; readonly at: string};

/** nfpm's description of the package. */
const describePackage = (folder: string, {runtime, executable, at}: Packed): string => {
	const {rpm, deb} = dependencies(runtime);
	// eslint-disable-next-line @typescript-eslint/naming-convention -- nfpm's own spelling
	const withMode = (mode: number) => ({file_info: {owner: 'root', group: 'root', mtime: at, mode}});
	return stringify({
		name: 'obwatch',
		arch: architectures[runtime.architecture].go,
		platform: 'linux',
		version,
		release: '1',
		section: 'admin',
		priority: 'optional',
		maintainer: 'The authors of obwatch',
		description: 'Terminal monitor for obshell maintenance tasks\nShows the tasks of OceanBase\'s obshell agents live, for one host or many.',
		license: 'Apache-2.0',
		mtime: at,
		// The packages differ only in how they say this.
		overrides: {rpm: {depends: rpm}, deb: {depends: deb}},
		rpm: {compression: 'xz', buildhost: 'localhost', summary: 'Terminal monitor for obshell maintenance tasks'},
		deb: {compression: 'xz'},
		contents: [
			{src: executable, dst: '/usr/bin/obwatch', ...withMode(0o755)},
			// Otherwise rpm leaves them behind when it removes the package.
			...ownFolders.map(dst => ({dst, type: 'dir', ...withMode(0o755)})),
			...contents.map(([file, to]) => ({src: path.join(folder, file), dst: to, ...withMode(0o644)})),
		],
	});
};

/** The time of the last commit, so that a build of the same sources has the same bytes; SOURCE_DATE_EPOCH (seconds) overrides it. */
const buildTime = (): string => {
	const seconds = process.env['SOURCE_DATE_EPOCH'] ?? run('git', ['log', '-1', '--format=%ct'], top);
	return new Date(Number(seconds) * 1000).toISOString();
};

/** A tarball with one folder: the executable, the manual page, completions, licences, documents. */
const packTarball = (folder: string, {executable, at}: Packed, output: string): void => {
	const name = path.basename(output, '.tar.xz');
	const inner = path.join(folder, 'tarball', name);
	mkdirSync(inner, {recursive: true});
	copyFileSync(executable, path.join(inner, 'obwatch'));
	run('chmod', ['755', path.join(inner, 'obwatch')]);
	for (const [file] of contents) {
		mkdirSync(path.dirname(path.join(inner, file)), {recursive: true});
		copyFileSync(path.join(folder, file), path.join(inner, file));
	}

	run('chmod', ['-R', 'u=rwX,go=rX', inner]);
	run('tar', ['--sort=name', `--mtime=${at}`, '--owner=0', '--group=0', '--numeric-owner', '-cJf', output, '-C', path.dirname(inner), name]);
	rmSync(path.join(folder, 'tarball'), {recursive: true});
};

/** Makes rpm, deb and tarball in a folder, and returns their file names. Calls `onMade` with each name as soon as the file exists. */
export const makePackages = (packed: Packed, target: string, onMade?: (output: string) => void): readonly string[] => {
	const {runtime, at} = packed;
	const folder = mkdtempSync(path.join(target, '.packages-'));
	try {
		gatherContents(folder, runtime);
		const description = path.join(folder, 'nfpm.yaml');
		writeFileSync(description, describePackage(folder, packed));
		const {go, rpm} = architectures[runtime.architecture];
		const outputs = [`obwatch-${version}-1.${rpm}.rpm`, `obwatch_${version}-1_${go}.deb`, `obwatch-${version}-linux-${runtime.architecture}.tar.xz`];
		for (const output of outputs) {
			const draft = path.join(folder, output);
			if (output.endsWith('.tar.xz')) {
				packTarball(folder, packed, draft);
			} else {
				run('env', [`SOURCE_DATE_EPOCH=${Date.parse(at) / 1000}`, nfpmCommand, 'package', '--config', description, '--packager', path.extname(output).slice(1), '--target', draft]);
			}

			renameSync(draft, path.join(target, output));
			onMade?.(output);
		}

		return outputs;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

const main = (): void => {
	const wanted = runtimes.filter(({name}) => name.endsWith('glibc2.17'));
	const missing = [program, ...wanted.map(runtime => executableOf(runtime))].filter(file => !existsSync(file));
	if (missing.length > 0) {
		throw new Error(`not built: ${missing.map(file => path.relative(top, file)).join(', ')}. Run npm run build, then npm run build:binary.`);
	}

	installNfpm();
	const at = buildTime();
	try {
		for (const runtime of wanted) {
			process.stdout.write(`rpm, deb and tarball of ${path.basename(executableOf(runtime))}: some minutes\n`);
			makePackages({runtime, executable: executableOf(runtime), at}, binaries, output => {
				process.stdout.write(`binaries/${output}  ${Math.round(statSync(path.join(binaries, output)).size / 1_000_000)} MB\n`);
			});
		}
	} finally {
		// Also of what was made before a failure.
		writeSums();
	}
};

if (process.argv[1] === import.meta.filename) {
	// ctrl-c ends the packager, too. What it leaves is removed like after any failure.
	process.once('SIGINT', () => undefined);
	try {
		main();
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
}
