// What the observed work costs without obwatch: the same requests with node:http over kept connections, their JSON parsed, and as many bytes written in as many frames. Prints a frame first, then goes on until it is killed or ^c comes.

import {readFileSync} from 'node:fs';
import http from 'node:http';
import process from 'node:process';
import {keyOf, seal} from '../../demo/helpers/ask.js';
import {type BareWork} from './messages.js';

const {seconds, requests, framesPerSecond, bytesPerFrame} = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as BareWork;
const agent = new http.Agent({keepAlive: true});
const key = await keyOf(`http://${requests[0]?.address ?? ''}`);

const headersFor = (path: string): http.OutgoingHttpHeaders =>
	({'X-OCS-Header': seal(key, JSON.stringify({auth: '', ts: '4000000000', uri: path, keys: 'MDEyMzQ1Njc4OWFiY2RlZmZlZGNiYTk4NzY1NDMyMTA='}))});

const get = (address: string, path: string, headers: http.OutgoingHttpHeaders): void => {
	const [host, port] = address.split(':', 2);
	http.get({host, port, path, headers, agent}, response => {
		let text = '';
		response.setEncoding('utf8');
		response.on('data', (chunk: string) => {
			text += chunk;
		});
		response.on('end', () => {
			JSON.parse(text);
		});
	});
};

process.stdin.setRawMode(true);
process.stdin.on('data', data => {
	if (data.includes(3)) {
		// eslint-disable-next-line unicorn/no-process-exit -- it is a program
		process.exit();
	}
});
process.stdout.write('\u001B[?1049h\u001B[?2026h\u001B[?2026l');

/** All requests of the observed time, each kind spread over it, in the order in which they are due (ms). */
const schedule = requests.flatMap(({address, path, isSealed, count}, index) => {
	const headers = isSealed ? headersFor(path) : {};
	const phase = (index * 0.618) % 1;
	return Array.from({length: count}, (_, number) => ({address, path, headers, due: (number + phase) / count * seconds * 1000}));
}).toSorted((one, other) => one.due - other.due);

const begunAt = performance.now();
let next = 0;
let round = 0;

const sendDue = (): void => {
	const elapsed = performance.now() - begunAt - (round * seconds * 1000);
	for (let request = schedule[next]; request && request.due <= elapsed; request = schedule[next]) {
		get(request.address, request.path, request.headers);
		next += 1;
	}

	if (next === schedule.length) {
		next = 0;
		round += 1;
	}

	const dueAt = begunAt + (round * seconds * 1000) + (schedule[next]?.due ?? 0);
	setTimeout(sendDue, Math.max(1, dueAt - performance.now()));
};

if (schedule.length > 0) {
	sendDue();
}

if (framesPerSecond > 0) {
	const frame = `\u001B[?2026h\u001B[H${'x'.repeat(Math.max(0, Math.round(bytesPerFrame) - 19))}\u001B[?2026l`;
	setInterval(() => {
		process.stdout.write(frame);
	}, 1000 / framesPerSecond);
}
