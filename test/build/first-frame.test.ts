// What stands between the start and the first frame: each of these costs more than all of our own code.

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {program} from '../../source/build/paths.js';

const chunks = path.join(path.dirname(program), 'chunks');

/** Everything that a chunk imports before it runs, itself included: Node's own modules by their names, chunks by their files. */
const importsOf = (file: string, seen: Set<string> = new Set()): ReadonlySet<string> => {
	seen.add(file);
	const text = readFileSync(path.join(chunks, file), 'utf8');
	for (const [, name = ''] of text.matchAll(/(?:^|[;}\n])(?:import|export)(?:[\w$*{}, ]*from)?"([^"]+)"/g)) {
		const next = name.startsWith('./') ? name.slice(2) : name;
		if (name.startsWith('./') && !seen.has(next)) {
			importsOf(next, seen);
		}

		seen.add(next);
	}

	return seen;
};

const imported = (): readonly string[] => {
	const monitor = readdirSync(chunks).find(name => /^run-monitor-\w+\.mjs$/.test(name)) ?? '';
	return [...importsOf('main.mjs'), ...importsOf(monitor)];
};

test('the first frame waits for neither HTTP nor DNS nor encryption of connections', () => {
	const all = imported();
	expect(all).toContain('node:tty');
	expect(all.filter(name => /^(?:node:)?(?:https?2?|net|tls|dns|zlib|worker_threads|inspector)$/.test(name))).toEqual([]);
});

test('the first frame waits for neither schemas, nor an HTTP client, nor forge, nor YAML, nor the demo', () => {
	const texts = imported().filter(name => name.endsWith('.mjs')).map(name => readFileSync(path.join(chunks, name), 'utf8')).join('\n');
	expect(texts).toContain('suspendTerminal');
	expect(['ZodError', 'RequestError', 'forge.pki', 'YAMLParseError', 'Rebuild every partition'].filter(word => texts.includes(word))).toEqual([]);
});
