import path from 'node:path';
import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {documents, isThere, readDocument} from './documents.js';

const all = documents.map(name => readDocument(name)).join('\n');
const {scripts, dependencies, devDependencies} = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
const npmsOwn = new Set(['ci', 'run', 'pack', 'install', 'uninstall', 'publish', 'version', 'sbom', 'audit']);

describe('what the documents name', () => {
	test('is there', () => {
		const named = [...all.matchAll(/`((?:source|test)\/[\w./-]+)`/g)].map(([, name = '']) => name);
		expect(named.length).toBeGreaterThan(10);
		expect(named.filter(name => !isThere(name))).toEqual([]);
	});

	test('can be run', () => {
		const named = [...all.matchAll(/npm (?:run )?([a-z]+(?::[a-z]+)?)/g)].map(([, name = '']) => name).filter(name => !npmsOwn.has(name));
		expect(named.length).toBeGreaterThan(5);
		expect(named.filter(name => !Object.hasOwn(scripts ?? {}, name))).toEqual([]);
	});

	test('are all dependencies, each with a reason', () => {
		expect(Object.keys({...dependencies, ...devDependencies}).filter(name => !all.includes(`| \`${name}\` |`))).toEqual([]);
	});
});
