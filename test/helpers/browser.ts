import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {type Readable, type Writable} from 'node:stream';
import {pathToFileURL} from 'node:url';

/** Chromium's command here; undefined without one. */
export const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(command => spawnSync(command, ['--version']).status === 0);

type Values = Readonly<Record<string, unknown>>;

type Message = {readonly id?: number; readonly sessionId?: string; readonly method?: string; readonly params?: Values; readonly result?: unknown; readonly error?: {readonly message: string}};

/** A page in a browser without a window. */
export type Page = {
	/** Sends a command of the DevTools protocol to the page, and returns its result. */
	readonly send: (method: string, params?: Values) => Promise<Values>;
	/** What an expression is in the page. */
	readonly evaluate: (expression: string) => Promise<unknown>;
	readonly press: (key: 'Tab' | 'Enter') => Promise<void>;
	/** The addresses that the page asked for, without its own and without what its policy held back. */
	readonly requests: () => readonly string[];
	readonly close: () => Promise<void>;
};

export type Browser = {
	/** Opens a file, and waits until all of it is loaded. */
	readonly open: (file: string) => Promise<Page>;
	readonly close: () => Promise<void>;
};

const switches = [
	'--headless=new',
	'--no-sandbox',
	'--disable-gpu',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--remote-debugging-pipe',
	// Nothing answers there, for addresses of this machine neither.
	'--proxy-server=127.0.0.1:9',
	'--proxy-bypass-list=<-loopback>',
	'about:blank',
];

const keyCodes = {Tab: 9, Enter: 13} as const;

export const startBrowser = (): Browser => {
	const profile = mkdtempSync(path.join(os.tmpdir(), 'obwatch-browser-'));
	const child = spawn(chromium ?? '', [...switches, `--user-data-dir=${profile}`], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
	const input = child.stdio[3] as Writable;
	const output = child.stdio[4] as Readable;
	const waiting = new Map<number, (message: Message) => void>();
	const listeners = new Map<string, (method: string, params: Values) => void>();
	let rest = '';
	let last = 0;

	// Messages end with a null character.
	output.setEncoding('utf8').on('data', (text: string) => {
		const parts = (rest + text).split('\0');
		rest = parts.pop() ?? '';
		for (const part of parts) {
			const {id, sessionId = '', method = '', params = {}, ...answer} = JSON.parse(part) as Message;
			if (id === undefined) {
				listeners.get(sessionId)?.(method, params);
			} else {
				waiting.get(id)?.(answer);
				waiting.delete(id);
			}
		}
	});

	const command = async (method: string, params: Values, sessionId?: string): Promise<Values> => {
		last += 1;
		const answer = new Promise<Message>(resolve => {
			waiting.set(last, resolve);
		});
		input.write(`${JSON.stringify({id: last, method, params, sessionId})}\0`);
		const {result, error} = await answer;
		if (error) {
			throw new Error(`${method}: ${error.message}`);
		}

		return result as Values;
	};

	const open = async (file: string): Promise<Page> => {
		const {targetId} = await command('Target.createTarget', {url: 'about:blank'});
		const {sessionId} = await command('Target.attachToTarget', {targetId, flatten: true});
		const send: Page['send'] = async (method, params = {}) => command(method, params, String(sessionId));
		const url = pathToFileURL(file).href;
		const asked = new Map<unknown, string>();
		const loaded = new Promise<void>(resolve => {
			listeners.set(String(sessionId), (method, {requestId, request, blockedReason}) => {
				if (method === 'Network.requestWillBeSent') {
					asked.set(requestId, (request as {readonly url: string}).url);
				} else if (method === 'Network.loadingFailed' && blockedReason === 'csp') {
					asked.delete(requestId);
				} else if (method === 'Page.loadEventFired') {
					resolve();
				}
			});
		});
		await send('Network.enable');
		await send('Page.enable');
		await send('Page.navigate', {url});
		await loaded;
		return {
			send,
			async evaluate(expression) {
				const {result, exceptionDetails} = await send('Runtime.evaluate', {expression, returnByValue: true});
				if (exceptionDetails !== undefined) {
					throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
				}

				return (result as {readonly value?: unknown}).value;
			},
			async press(key) {
				const event = {key, code: key, windowsVirtualKeyCode: keyCodes[key], ...(key === 'Enter' && {text: '\r'})};
				await send('Input.dispatchKeyEvent', {type: 'keyDown', ...event});
				await send('Input.dispatchKeyEvent', {type: 'keyUp', ...event});
			},
			requests: () => [...asked.values()].filter(address => address !== url),
			async close() {
				await command('Target.closeTarget', {targetId});
			},
		};
	};

	return {
		open,
		async close() {
			const ended = once(child, 'close');
			// It ends before it could answer.
			input.write(`${JSON.stringify({id: 0, method: 'Browser.close'})}\0`);
			await ended;
			rmSync(profile, {recursive: true, force: true, maxRetries: 5});
		},
	};
};
