// From exchanges to the lines of a recording: only what changed, without secrets. Where they go is another's business.

import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {type Exchange} from '../client/on-exchange.js';
import {payloadOf} from '../protocol/envelope.js';
import {routes} from '../protocol/routes.js';
import {bodyJson, cleanJson, formatName, formatVersion} from './format.js';
import {type FileSinkDeps, openFileSink, type Sink} from './sink.js';

/** Writes down what agents answered. Nothing here throws or waits. */
export type Recorder = {
	/** The agents (keys) that are watched from now on. */
	readonly begin: (agents: readonly string[]) => void;
	readonly hear: (agent: string, exchange: Exchange) => void;
	/** One more text that must not get into the file. */
	readonly addSecret: (secret: string) => void;
	/** Something was lost on the way to the file: what is answered next is written even where it is no news. */
	readonly forget: () => void;
	/** Ends the recording; resolves once everything is on the disk, or cannot be. */
	readonly close: Sink['close'];
};

type RecorderDeps = {
	readonly sink: Sink;
	/** Our clock. */
	readonly now: () => number;
	/** obwatch's own. */
	readonly version: string;
};

const moment = (time: number): string => new Date(time).toISOString();

/** The clock's answer is another one each time; only how far it is off is news, ms. */
const skewStep = 1000;

const timeIn = (body: Buffer): number => Date.parse(/"data":"([^"]{1,60})"/.exec(body.toString('latin1'))?.[1] ?? '');

const firstFailure = 400;

const notFound = 404;

const errorStart = Buffer.from('"error":');

const openingBrace = 0x7B;

/** What of an answer can be news: not its time and trace. */
const partOf = (status: number, body: Buffer): Buffer => {
	const start = status < firstFailure ? -1 : body.indexOf(errorStart);
	return start === -1 ? payloadOf(body) : body.subarray(start);
};

/** Whether an answer tells of trouble: none, a refusal, or what is no agent's. That there is no such task is none. */
const isTrouble = (response: Exchange['response']): boolean =>
	response.type === 'error' || (response.status >= firstFailure && response.status !== notFound) || (response.body.length > 0 && response.body[0] !== openingBrace);

/** What makes an answer news. */
const digestOf = ({path, response}: Exchange, now: number): string => {
	if (response.type === 'error') {
		return JSON.stringify(response.error);
	}

	const skew = path === routes.time && response.status < firstFailure ? Math.round((timeIn(response.body) - now) / skewStep) : NaN;
	return Number.isNaN(skew) ? `${response.status} ${createHash('sha1').update(partOf(response.status, response.body)).digest('base64')}` : `skew ${skew}`;
};

/** Answers about tasks: of their last one are the data on screen. */
const isAboutTask = (path: string): boolean => path.startsWith(routes.maintenanceTask(true)) || path.startsWith(routes.clusterTask(true)) || path.startsWith(routes.node(''));

/**
What is known of one agent's answers.

- marks: of the last answer to each question; the oldest of many go
- taskSeenAt: the last good answer about a task, ms; told with each failure, since equal answers before it were not written
*/
type Known = {readonly digests: Map<string, string>; taskSeenAt: number | undefined};

// Questions of one agent that are asked again and again, and many more.
const digestLimit = 256;

export const createRecorder = ({sink, now, version}: RecorderDeps): Recorder => {
	const agents = new Map<string, Known>();

	const isNews = (known: Known, path: string, digest: string): boolean => {
		if (known.digests.get(path) === digest) {
			return false;
		}

		known.digests.delete(path);
		known.digests.set(path, digest);
		for (const oldest of known.digests.keys().take(Math.max(0, known.digests.size - digestLimit))) {
			known.digests.delete(oldest);
		}

		return true;
	};

	return {
		begin(keys) {
			agents.clear();
			sink.begin({format: formatName, version: formatVersion, at: moment(now()), obwatch: version, agents: keys});
		},
		hear(agent, exchange) {
			const {path, response} = exchange;
			// Keys are nobody's business, and what we stopped ourselves says nothing.
			if (path === routes.secret || (response.type === 'error' && response.error.type === 'aborted')) {
				return;
			}

			const known: Known = agents.get(agent) ?? {digests: new Map(), taskSeenAt: undefined};
			agents.set(agent, known);
			const at = now();
			const isGood = response.type === 'response' && response.status < firstFailure;
			const digest = digestOf(exchange, at);
			if (isNews(known, path, digest)) {
				const head = {at: moment(at), agent, method: 'GET', path};
				const key = `${agent} ${path}`;
				if (isTrouble(response)) {
					// What follows it must be seen to have been asked again.
					known.digests.clear();
					known.digests.set(path, digest);
				}

				if (response.type === 'response') {
					const {status} = response;
					// Whoever reads a large one may give it away to another thread.
					const body = Buffer.from(response.body);
					sink.add({key, size: body.length, * make(redaction) {
						return `${JSON.stringify({...head, status}).slice(0, -1)},"body":${yield * bodyJson(body, redaction)}}`;
					}});
				} else {
					const line = {...head, error: response.error, ...(known.taskSeenAt !== undefined && {lastSeenAt: moment(known.taskSeenAt)})};
					sink.add({key, size: 0, make: redaction => cleanJson(line, redaction)});
				}
			}

			if (isGood && isAboutTask(path)) {
				known.taskSeenAt = at;
			}
		},
		addSecret: sink.addSecret,
		forget() {
			agents.clear();
		},
		async close() {
			const line = JSON.stringify({at: moment(now()), end: true});
			sink.add({key: undefined, size: 0, * make() {
				yield;
				return line;
			}});
			return sink.close();
		},
	};
};

/** Hears why lines cannot be written, in plain words, and with undefined that they can again. */
type HearProblem = (problem: string | undefined) => void;

/** A recorder that writes into a file. */
export type FileRecorder = Recorder & {readonly follow: (hear: HearProblem) => void};

type OpenRecorderOptions = Omit<FileSinkDeps, 'onProblem'> & {
	/** obwatch's own. */
	readonly version: string;
};

/** Records into a file. The problem is why that cannot be, in plain words without the path. */
export const openRecorder = async ({version, ...options}: OpenRecorderOptions): Promise<{readonly ok: true; readonly recorder: FileRecorder} | {readonly ok: false; readonly problem: string}> => {
	const listeners: HearProblem[] = [];
	const opened = await openFileSink({...options, onProblem(problem) {
		for (const hear of listeners) {
			hear(problem);
		}
	}});
	if (!opened.ok) {
		return opened;
	}

	const recorder = createRecorder({sink: opened.sink, now: options.clock.now, version});
	listeners.push(problem => {
		if (problem === undefined) {
			recorder.forget();
		}
	});
	return {ok: true, recorder: {...recorder, follow(hear) {
		listeners.push(hear);
	}}};
};
