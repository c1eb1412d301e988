// The package as a user gets it: packed, installed into an empty folder without a registry, and run from there.

import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {startAgent} from '../end-to-end/helpers/stage.js';
import {openTerminal} from '../helpers/pty.js';

const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-package-'));
afterAll(() => {
	rmSync(folder, {recursive: true, force: true});
});

const npm = (list: readonly string[], cwd: string): string => execFileSync('npm', [...list], {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
const {version, dependencies} = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8')) as {version: string; dependencies?: Record<string, string>};
const archive = path.join(folder, `obwatch-${version}.tgz`);
const installed = path.join(folder, 'node_modules', 'obwatch');
const command = path.join(folder, 'node_modules', '.bin', 'obwatch');

describe('the package', () => {
	test('holds the program, its manual page, the licence, the README and the documents it links to, and nothing else', () => {
		const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], top)) as ReadonlyArray<{files: ReadonlyArray<{path: string}>; size: number}>;
		const files = packed?.files.map(file => file.path) ?? [];
		expect(files.filter(file => !file.startsWith('dist/chunks/') && !file.startsWith('docs/')).toSorted()).toEqual(['LICENSE', 'README.md', 'dist/licenses.txt', 'dist/obwatch.1', 'dist/obwatch.mjs', 'package.json']);
		expect(files.filter(file => !/\.(?:mjs|1|json|md)$|^LICENSE$|^dist\/licenses\.txt$|^docs\/(?:zh\/|screens\/)?[\w-]+\.svg$|^docs\/grafana\/[\w.]+\.yaml$/.test(file))).toEqual([]);
		expect(files.filter(file => file.startsWith('docs/')).toSorted()).toEqual(globSync('docs/**/*.*', {cwd: top}).toSorted());
		expect(packed?.size).toBeLessThan(2_000_000);
		expect(statSync(archive).size).toBe(packed?.size);
	});

	test('needs no other package, and runs nothing when it is installed', () => {
		expect(dependencies ?? {}).toEqual({});
		npm(['init', '--yes'], folder);
		npm(['install', '--offline', '--no-audit', '--no-fund', archive], folder);
		const {scripts = {}} = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as {scripts?: Record<string, string>};
		expect(Object.keys(scripts).filter(name => ['preinstall', 'install', 'postinstall', 'prepare'].includes(name))).toEqual([]);
		expect(existsSync(path.join(folder, 'node_modules', 'react'))).toBe(false);
	});

	test('does not tell where it was built, so that a build in another folder has the same bytes', () => {
		const telling = globSync('**/*.*', {cwd: installed}).filter(file => readFileSync(path.join(installed, file), 'utf8').includes(top));
		expect(telling).toEqual([]);
	});

	test('says its version there', () => {
		// By its own name, with the Node of the tests in front.
		const {stdout, stderr} = spawnSync(command, ['--version'], {encoding: 'utf8', env: {PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`}});
		expect(stderr).toBe('');
		expect(stdout).toMatch(new RegExp(`^obwatch ${version} \\(.*Node ${process.versions.node}\\)\n$`));
	});

	test('is started with little memory, whatever is in its name and its arguments', () => {
		const odd = path.join(folder, 'odd $name; "x"');
		mkdirSync(odd);
		symlinkSync(command, path.join(odd, 'ob watch'));
		const {stdout, stderr, status} = spawnSync(path.join(odd, 'ob watch'), ['--no-such "option" $x'], {encoding: 'utf8', env: {PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`}});
		expect({stdout, status}).toEqual({stdout: '', status: 2});
		expect(stderr).toContain('--no-such "option" $x');
		expect(readFileSync(path.join(installed, 'dist', 'obwatch.mjs'), 'utf8').split('\n', 2)).toEqual(['#!/bin/sh', '\':\' //; exec node --max-semi-space-size=4 --max-old-space-size=1500 --v8-pool-size=2 "$0" "$@"']);
	});

	test('has the licence of every package in it, and the manual page as the command that npm links', () => {
		const licences = readFileSync(path.join(installed, 'dist', 'licenses.txt'), 'utf8');
		for (const name of ['ink', 'react', 'yoga-layout', 'zod', 'yaml', 're2js']) {
			expect(licences).toMatch(new RegExp(String.raw`^${name} \d`, 'm'));
		}

		const {man} = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as {man?: unknown};
		expect(man).toEqual(['./dist/obwatch.1']);
	});

	test('watches an agent there', async () => {
		const agent = await startAgent({scenario: 'failing', speed: 50});
		const terminal = openTerminal({command: process.execPath, args: [path.join(installed, 'dist', 'obwatch.mjs'), agent.label]});
		try {
			await terminal.until(text => text.includes('failed in stage'), 'the failed task');
		} finally {
			await terminal.close();
		}
	});
});
