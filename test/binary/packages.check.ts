// The packages as an operator installs them: into an empty root, run there, and removed again.

import {spawnSync} from 'node:child_process';
import {existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {chooseRuntimes} from '../../source/build/binary.js';
import {makePackages, nfpmCommand} from '../../source/build/packages.js';
import {binaries, executableOf, run} from '../../source/build/runtimes.js';

const architecture = process.arch === 'x64' ? {rpm: 'x86_64', deb: 'amd64', own: 'x64'} : {rpm: 'aarch64', deb: 'arm64', own: 'arm64'};
const find = (pattern: string): string | undefined => globSync(pattern, {cwd: binaries}).map(name => path.join(binaries, name))[0];
const rpm = find(`obwatch-*.${architecture.rpm}.rpm`);
const deb = find(`obwatch_*_${architecture.deb}.deb`);
const tarball = find(`obwatch-*-linux-${architecture.own}.tar.xz`);
const can = (command: string, file: string | undefined): file is string => file !== undefined && spawnSync(command, ['--version']).status === 0;
if (rpm === undefined || deb === undefined || tarball === undefined) {
	process.stdout.write('skipped: no packages here (npm run build:packages)\n');
}

const executable = executableOf(chooseRuntimes([`linux-${architecture.own}-glibc2.17`])[0] ?? {name: ''});

const makeRoot = (): string => {
	const root = mkdtempSync(path.join(os.tmpdir(), 'obwatch-root-'));
	onTestFinished(() => {
		rmSync(root, {recursive: true, force: true});
	});
	return root;
};

const installed = [
	'usr/bin/obwatch',
	'usr/lib/systemd/system/obwatch-metrics.service',
	'usr/share/bash-completion/completions/obwatch',
	'usr/share/doc/obwatch/LICENSE',
	'usr/share/doc/obwatch/README.md',
	'usr/share/doc/obwatch/licenses.txt',
	'usr/share/fish/vendor_completions.d/obwatch.fish',
	'usr/share/man/man1/obwatch.1',
	'usr/share/man/zh_CN/man1/obwatch.1',
	'usr/share/zsh/site-functions/_obwatch',
];

const filesIn = (root: string): readonly string[] => globSync('{etc,home,usr}/**/*', {cwd: root, withFileTypes: true})
	.filter(entry => entry.isFile()).map(entry => path.relative(root, path.join(entry.parentPath, entry.name))).toSorted();

/** Checks what is installed, then leaves a user's own files there, as if the program had been used. */
const use = (root: string): void => {
	const files = filesIn(root);
	expect(files.filter(file => !file.startsWith('usr/share/doc/obwatch/docs/'))).toEqual(installed.toSorted());
	expect(files).toContain('usr/share/doc/obwatch/docs/zh/install.md');
	expect(readFileSync(path.join(root, 'usr/bin/obwatch')).equals(readFileSync(executable)), 'the executable in the package is the built one (npm run build:packages)').toBe(true);
	expect(run(path.join(root, 'usr/bin/obwatch'), ['--version'])).toContain('Node 22.20.0');
	expect(run('sh', ['-c', `man -l '${root}/usr/share/man/man1/obwatch.1' 2>/dev/null || cat '${root}/usr/share/man/man1/obwatch.1'`])).toContain('obwatch');
	expect(run('bash', ['-c', `source '${root}/usr/share/bash-completion/completions/obwatch' && complete -p obwatch`])).toContain('_obwatch');
	mkdirSync(path.join(root, 'etc/obwatch'), {recursive: true});
	writeFileSync(path.join(root, 'etc/obwatch/config.yaml'), 'agents: [127.0.0.1]\n');
};

/** What is left once the package is removed: the user's own file alone, and no folder with the program's name. */
const expectOnlyOwn = (root: string): void => {
	expect(filesIn(root)).toEqual(['etc/obwatch/config.yaml']);
	expect(globSync('usr/**/*obwatch*', {cwd: root})).toEqual([]);
};

describe('packages', () => {
	test.runIf(can('rpm', rpm))('rpm installs into a root, runs, and leaves only the user\'s own files when it is removed', () => {
		const root = makeRoot();
		const options = ['--root', root, '--nodeps'];
		run('rpm', ['--root', root, '--initdb']);
		run('rpm', [...options, '--nosignature', '-i', rpm ?? '']);
		use(root);
		run('rpm', [...options, '-e', 'obwatch']);
		expectOnlyOwn(root);
	});

	test.runIf(can('dpkg', deb))('deb installs into a root, runs, and leaves only the user\'s own files when it is purged', () => {
		const root = makeRoot();
		mkdirSync(path.join(root, 'var/lib/dpkg/info'), {recursive: true});
		mkdirSync(path.join(root, 'var/lib/dpkg/updates'));
		writeFileSync(path.join(root, 'var/lib/dpkg/status'), '');
		const options = [`--root=${root}`, '--force-depends', '--force-script-chrootless'];
		run('dpkg', [...options, '-i', deb ?? '']);
		use(root);
		run('dpkg', [...options, '--purge', 'obwatch']);
		expectOnlyOwn(root);
	});

	test.runIf(can('rpm', rpm))('the rpm states the libraries that its executable needs, and is packed so that an old rpm can read it', () => {
		expect(run('rpm', ['-qp', '--nosignature', '--requires', rpm ?? '']).split('\n')).toEqual(expect.arrayContaining(['libc.so.6(GLIBC_2.17)(64bit)', 'libstdc++.so.6(GLIBCXX_3.4.19)(64bit)', 'libgcc_s.so.1()(64bit)']));
		expect(run('rpm', ['-qp', '--nosignature', '--queryformat', '%{PAYLOADCOMPRESSOR}', rpm ?? ''])).toBe('xz');
	});

	test.runIf(can('tar', tarball))('the tarball holds the same, and runs where it is unpacked', () => {
		const root = makeRoot();
		run('tar', ['-xJf', tarball ?? '', '-C', root, '--strip-components=1']);
		expect(run(path.join(root, 'obwatch'), ['--version'])).toContain('Node 22.20.0');
		for (const file of ['obwatch.1', 'obwatch.bash', '_obwatch', 'obwatch.fish', 'LICENSE', 'licenses.txt', 'README.md', 'docs/install.md', 'zh/obwatch.1']) {
			expect(existsSync(path.join(root, file)), file).toBe(true);
		}
	});

	// All but the executable, which would take minutes to pack: two builds of that are compared by hand (docs/install.md).
	test.runIf(existsSync(nfpmCommand) && existsSync(executable))('the same sources make the same bytes again, in another folder and for another user', () => {
		const [runtime] = chooseRuntimes([`linux-${architecture.own}-glibc2.17`]);
		const make = (mask: number, zone: string): ReadonlyMap<string, string> => {
			const folder = makeRoot();
			const before = process.umask(mask);
			vi.stubEnv('TZ', zone);
			try {
				const small = path.join(folder, 'any executable');
				writeFileSync(small, 'x'.repeat(100_000));
				return new Map(makePackages({runtime: runtime!, executable: small, at: '2026-03-01T10:41:00.000Z'}, folder).map(name => [name, run('sha256sum', [path.join(folder, name)]).slice(0, 64)]));
			} finally {
				process.umask(before);
				vi.unstubAllEnvs();
			}
		};

		const one = make(0o022, 'UTC');
		expect(one.size).toBe(3);
		expect(make(0o077, 'Asia/Shanghai')).toEqual(one);
	});

	test.runIf(existsSync(path.join(binaries, 'SHA256SUMS')))('the checksums are those of the files', () => {
		expect(run('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], binaries)).toBe('');
	});
});
