// What the release workflow needs of the repository.

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';

const notesOf = (tag: string) => spawnSync(process.execPath, ['.github/release-notes.mjs', tag, 'docs/CHANGELOG.md'], {cwd: top, encoding: 'utf8'});

test('the text of a release is its section of the changelog, without the others', () => {
	const {status, stdout} = notesOf('v0.1.0');
	expect(status).toBe(0);
	expect(stdout).toContain('The first version.');
	expect(stdout).not.toMatch(/^## /m);
});

test('a version without a section is not released', () => {
	const {status, stdout, stderr} = notesOf('v0.0.7');
	expect({status, stdout, stderr}).toEqual({status: 1, stdout: '', stderr: 'docs/CHANGELOG.md has no section "## 0.0.7"\n'});
});

test('every script that the workflows run is there', () => {
	const {scripts} = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8')) as {scripts: Record<string, string>};
	const workflow = readFileSync(path.join(top, '.github', 'workflows', 'release.yml'), 'utf8');
	const named = [...workflow.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
	expect(named).toEqual(['build:binary', 'build:packages', 'test:binary']);
	expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([]);
});
