// The report that `obwatch report` writes, as a person reads it in a browser. Skipped without Chromium.

import {Buffer} from 'node:buffer';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {type DemoAgent, startDemoAgent} from '../../source/demo/demo-agent.js';
import {script, start} from '../../source/demo/scenarios.js';
import {alone, errorAfter, failing, local, stage, work} from '../../source/demo/tasks.js';
import {systemClock} from '../../source/lib/clock.js';
import {type Browser, chromium, type Page, startBrowser} from '../helpers/browser.js';
import {runToEnd} from '../headless/helpers/agents.js';

if (chromium === undefined) {
	process.stdout.write('skipped: chromium is missing, which shows reports as a reader sees them\n');
}

const hostile = '<script>document.title = "owned"</script><img src="https://example.invalid/picture.png" onerror="document.title = \'owned\'"></pre></details><a href="javascript:alert(1)">here</a>';
const many = Array.from({length: 300}, (_, index) => `checked block ${index + 1}`);

const agents: readonly [string, string] = ['127.0.0.1:2886', '127.0.0.1:2887'];
const scenario = ([owner]: readonly [string, ...string[]]) => script(start(-60, owner, {name: `Check disks ${hostile}`, nodes: [
	alone('Check blocks', owner, work(4, ...many)),
	stage(`Write ${hostile}`, local(owner, work(9, 'written', hostile)), local(agents[1], failing(work(9, 'first line'), errorAfter(3, `ERROR: [Disk.Full]: no space ${hostile}`)))),
	alone('Never reached', owner, work(1, 'done')),
]}));

/** Every text that is seen, with the contrast between its colour and what is behind it. */
const contrasts = `(() => {
	const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
	const partsOf = color => {
		canvas.clearRect(0, 0, 1, 1);
		canvas.fillStyle = color;
		canvas.fillRect(0, 0, 1, 1);
		return [...canvas.getImageData(0, 0, 1, 1).data];
	};
	const luminance = color => {
		const [red, green, blue] = partsOf(color).map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	const behind = element => {
		for (let at = element; at; at = at.parentElement) {
			const {backgroundColor} = getComputedStyle(at);
			if (partsOf(backgroundColor)[3] === 255) {
				return backgroundColor;
			}
		}
		return 'white';
	};
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const found = [];
	while (walker.nextNode()) {
		const element = walker.currentNode.parentElement;
		// The title of a bar is shown by the browser in its own colours.
		if (walker.currentNode.data.trim() === '' || element.localName === 'title') {
			continue;
		}
		const style = getComputedStyle(element);
		const [high, low] = [luminance(element instanceof SVGElement ? style.fill : style.color), luminance(behind(element))].toSorted((one, other) => other - one);
		found.push({text: walker.currentNode.data.slice(0, 40), ratio: style.opacity === '1' ? (high + 0.05) / (low + 0.05) : 0});
	}
	return found;
})()`;

type Contrast = {readonly text: string; readonly ratio: number};

const pagesOf = async (page: Page): Promise<number> => {
	const {data} = await page.send('Page.printToPDF', {printBackground: true});
	return Buffer.from(String(data), 'base64').toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
};

describe.runIf(chromium)('a report in a browser', () => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'obwatch-report-'));
	const files = new Map<string, string>();
	let agent: DemoAgent | undefined;
	let browser: Browser | undefined;

	beforeAll(async () => {
		browser = startBrowser();
		agent = await startDemoAgent({clock: systemClock, scenario});
		for (const lang of ['en', 'zh']) {
			// One after the other: both would want the same file name.
			const {code, stdout, stderr} = await runToEnd(['report', '--accept-keys', '--lang', lang, agent.label], {cwd: folder});
			expect({code, stderr}).toEqual({code: 0, stderr: ''});
			files.set(lang, stdout.trimEnd());
		}
	});

	afterAll(async () => {
		await Promise.all([agent?.stop(), browser?.close()]);
		rmSync(folder, {recursive: true, force: true});
	});

	const openFile = async (file: string): Promise<Page> => {
		const page = await browser!.open(file);
		onTestFinished(async () => page.close());
		return page;
	};

	const openReport = async (lang: string): Promise<Page> => openFile(files.get(lang) ?? '');

	test.each([['en', 'Check disks', 'Stages'], ['zh', 'Check disks', '阶段']])('speaks %s, and what an agent wrote is text that runs and loads nothing', async (lang, title, stages) => {
		const page = await openReport(lang);
		expect(await page.evaluate('document.documentElement.lang')).toBe(lang === 'en' ? 'en' : 'zh-CN');
		expect(await page.evaluate('document.title')).toContain(title);
		expect(await page.evaluate('document.title')).toContain('<script>');
		expect(await page.evaluate('document.body.innerText')).toContain(stages);
		expect(await page.evaluate('[...document.querySelectorAll("h1, .why, td, pre")].filter(element => element.textContent.includes("<img src=")).length')).toBeGreaterThan(4);
		expect(await page.evaluate('document.querySelectorAll("script, img, a, link, iframe, object, form, [onerror]").length')).toBe(0);
		expect(page.requests()).toEqual([]);
	});

	test('asks nobody for anything even where a tag is slipped in, which a page without its policy would', async () => {
		const text = readFileSync(files.get('en') ?? '', 'utf8').replace('</main>', '<img src="https://example.invalid/picture.png"><script>document.title = "owned"</script></main>');
		const show = async (content: string): Promise<{readonly isOwned: unknown; readonly requests: readonly string[]}> => {
			const file = path.join(folder, 'changed.html');
			writeFileSync(file, content);
			const page = await openFile(file);
			return {isOwned: await page.evaluate('document.title === "owned"'), requests: page.requests()};
		};

		expect(await show(text)).toEqual({isOwned: false, requests: []});
		expect(await show(text.replace(/<meta http-equiv[^>]*>/, ''))).toEqual({isOwned: true, requests: ['https://example.invalid/picture.png']});
	});

	test('is read by keyboard: Tab goes to each log, and Enter opens it', async () => {
		const page = await openReport('en');
		const all = Number(await page.evaluate('document.querySelectorAll("details").length'));
		expect(all).toBe(4);
		for (let index = 0; index < all; index += 1) {
			const opened = `document.querySelectorAll("details")[${index}].open`;
			await page.press('Tab');
			expect(await page.evaluate(`document.activeElement === document.querySelectorAll("summary")[${index}]`)).toBe(true);
			expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
			const before = await page.evaluate(opened);
			await page.press('Enter');
			expect(await page.evaluate(opened)).toBe(!before);
		}
	});

	test.each(['light', 'dark'])('has a contrast of 4.5 or more in all its text, on a %s background', async scheme => {
		const page = await openReport('en');
		await page.send('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: scheme}]});
		const found = await page.evaluate(contrasts) as readonly Contrast[];
		expect(found.length).toBeGreaterThan(40);
		expect(found.filter(({ratio}) => ratio < 4.5)).toEqual([]);
	});

	test('is as wide as its window, on a telephone too', async () => {
		const page = await openReport('zh');
		for (const width of [1280, 380]) {
			await page.send('Emulation.setDeviceMetricsOverride', {width, height: 800, deviceScaleFactor: 1, mobile: false});
			expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
			const {data} = await page.send('Page.captureScreenshot', {captureBeyondViewport: true});
			writeFileSync(path.join(folder, `${width}.png`), Buffer.from(String(data), 'base64'));
			expect(String(data).length).toBeGreaterThan(20_000);
		}
	});

	test('prints every log, dark on white', async () => {
		const page = await openReport('en');
		expect(await page.evaluate('document.querySelectorAll("details")[0].open')).toBe(false);
		const folded = await pagesOf(page);
		await page.send('Emulation.setEmulatedMedia', {media: 'print', features: [{name: 'prefers-color-scheme', value: 'dark'}]});
		const found = await page.evaluate(contrasts) as readonly Contrast[];
		expect(found.filter(({ratio}) => ratio < 4.5)).toEqual([]);
		expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
		await page.evaluate('document.querySelectorAll("details").forEach(log => { log.open = true; })');
		expect(await pagesOf(page)).toBe(folded);
		expect(folded).toBeGreaterThan(3);
	});
});
