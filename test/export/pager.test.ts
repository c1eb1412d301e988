import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {pagerCommands, pagerEnvironment, type PagerDeps, pagerText, runPager} from '../../source/export/pager.js';
import {systemClock} from '../../source/lib/clock.js';
import {until} from '../helpers/until.js';
import {filesIn, makeFolders, textOf} from './helpers/place.js';

describe('the pager', () => {
	test.each([
		[undefined, [['less'], ['more']]],
		['  ', [['less'], ['more']]],
		['most -w', [['most', '-w']]],
		['less -FRX -S', [['less', '-RX', '-S']]],
		['/usr/bin/less -F --quit-if-one-screen +G', [['/usr/bin/less', '+G']]],
		['less -R "-Ps some file" +\'/x y\'', [['less', '-R', '-Ps some file', '+/x y']]],
		[String.raw`/opt/my\ pager/less -F`, [['/opt/my pager/less']]],
		['less "+G', undefined],
		['bat -F; rm -r x', [['bat', '-F;', 'rm', '-r', 'x']]],
	])('for PAGER=%s', (pager, commands) => {
		expect(pagerCommands({PAGER: pager})).toEqual(commands);
	});

	test('gets nothing that is meant for obwatch, and may start no other programs', () => {
		expect(pagerEnvironment({OBWATCH_PASSWORD: 'x', obwatch_other: 'x', TERM: 'xterm', LESS: '-R'})).toEqual({TERM: 'xterm', LESS: '-R', LESSSECURE: '1'});
	});

	test('stays open even if less is set to leave after one screen', () => {
		expect(pagerEnvironment({LESS: 'FRX'})).toMatchObject({LESS: 'FRX$ -+F'});
	});
});

/** A pager that is a small script: it writes what it was given beside itself. */
const scriptFor = (folder: string, body: string): string => {
	const script = path.join(folder, 'pager.mjs');
	writeFileSync(script, `import {writeFileSync} from 'node:fs';\nconst told = text => writeFileSync(${JSON.stringify(path.join(folder, 'told'))}, text);\n${body}\n`);
	return `${process.execPath} ${script}`;
};

const optionsFor = (pager: string, change: Partial<PagerDeps> = {}): PagerDeps => ({
	file: '/some/file', env: {PAGER: pager, PATH: process.env['PATH']}, clock: systemClock, signal: new AbortController().signal, ...change,
});

describe('a pager is run', () => {
	test('with the file as its last argument', async () => {
		const {here} = makeFolders('here');
		const end = await runPager(optionsFor(`${scriptFor(here, 'told(process.argv.slice(2).join(" ") + " " + process.env.LESSSECURE)')} -x`));
		expect(end).toMatchObject({type: 'closed'});
		expect(pagerText(end)).toBeUndefined();
		expect(textOf(here, 'told')).toBe('-x /some/file 1');
	});

	test('or not at all, where its command cannot be read', async () => {
		expect(pagerText(await runPager(optionsFor('less \'+G')))).toBe('a quote in PAGER is not closed');
	});

	test('and its complaint is shown', async () => {
		const {here} = makeFolders('here');
		expect(pagerText(await runPager(optionsFor(scriptFor(here, 'process.exit(3)'))))).toMatch(/^the pager \S+ ended with code 3$/);
	});

	test('and named where there is none', async () => {
		expect(pagerText(await runPager(optionsFor('no-such-pager -x')))).toBe('pager no-such-pager not found: check PAGER');
		const {empty} = makeFolders('empty');
		expect(pagerText(await runPager(optionsFor('', {env: {PATH: empty}})))).toBe('neither less nor more found: set PAGER');
	});

	test('or reported as not executable', async () => {
		const {here} = makeFolders('here');
		writeFileSync(path.join(here, 'plain'), 'text');
		expect(pagerText(await runPager(optionsFor(path.join(here, 'plain'))))).toMatch(/does not start: it is not executable$/);
	});

	test('and ended when obwatch ends, even if it does not want to', async () => {
		const {here} = makeFolders('here');
		const controller = new AbortController();
		const running = runPager(optionsFor(scriptFor(here, 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); told("up")'), {signal: controller.signal}));
		await until(() => filesIn(here).includes('told'), 'the pager');
		controller.abort();
		expect(await running).toMatchObject({type: 'closed'});
	});
});
