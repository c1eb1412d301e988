import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {type AuditEntry, createAuditFile} from '../../source/fleet/audit.js';

const entry: AuditEntry = {operationId: '1', agent: '10.0.0.1:2886', task: 'Upgrade', taskId: '22130706433028869', operation: 'retry', answer: 'sending'};

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-audit-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
};

test('a large file is renamed with the time, and nothing of it is lost', async () => {
	const folder = makeFolder();
	const file = path.join(folder, 'operations.jsonl');
	const old = `${'x'.repeat(1024 * 1024)}\n`;
	writeFileSync(file, old);
	const audits = [1, 2, 3].map(() => createAuditFile({folder, user: 'dba', now: () => Date.UTC(2026, 0, 2, 3, 4, 5)}));
	// Several programs at the same moment.
	expect(await Promise.all(audits.map(async audit => audit.write(entry)))).toEqual([undefined, undefined, undefined]);
	expect(await audits[0]?.write(entry)).toBeUndefined();
	const rotated = 'operations-2026-01-02T03-04-05.000Z.jsonl';
	expect(readdirSync(folder).toSorted()).toEqual([rotated, 'operations.jsonl']);
	const all = readFileSync(path.join(folder, rotated), 'utf8') + readFileSync(file, 'utf8');
	expect(all.startsWith(old)).toBe(true);
	expect(all.slice(old.length).trim().split('\n').map(line => JSON.parse(line) as unknown)).toEqual(Array.from({length: 4}, () => ({time: '2026-01-02T03:04:05.000Z', user: 'dba', ...entry})));
	expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
	['a link', (file: string, victim: string) => {
		symlinkSync(victim, file);
	}, 'a link, which is not followed'],
	['a pipe', (file: string) => {
		expect(spawnSync('mkfifo', [file]).status).toBe(0);
	}, 'not a regular file'],
])('nothing is written through %s in its place', async (_, put, problem) => {
	const folder = makeFolder();
	const victim = path.join(folder, 'victim');
	writeFileSync(victim, 'of another program');
	const file = path.join(folder, 'operations.jsonl');
	put(file, victim);
	expect(await createAuditFile({folder, user: 'dba', now: () => 0}).write(entry)).toBe(`${file}: ${problem}`);
	expect(readFileSync(victim, 'utf8')).toBe('of another program');
});
