// Turns exchanges into the lines of a recording: only what changed, without secrets. The sink writes them.

import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {type Exchange} from '../client/types.js';
import {english} from '../lib/messages/messages.js';
import {payloadOf} from '../protocol/envelope.js';
import {type AgentError} from '../protocol/errors.js';
import {routes} from '../protocol/routes.js';
import {errorText} from '../store/selectors/error-text.js';
import {bodyJson, cleanJson, formatName, formatVersion} from './format.js';
import {type FileSinkDeps, openFileSink, type Sink} from './sink.js';

/** Records agents' responses. Nothing here throws or waits. */
export type Recorder = {
	/** The agents (keys) that are watched from now on. */
	readonly begin: (agents: readonly string[]) => void;
	readonly hear: (agent: string, exchange: Exchange) => void;
	/** The next response about the agent's last task is written even if it is unchanged: what a list said is reported after it. */
	readonly expect: (agent: string) => void;
	/** One more secret that must not get into the file. */
	readonly addSecret: (secret: string) => void;
	/** Lines were lost on the way to the file: the next responses are written even if they are unchanged. */
	readonly forget: () => void;
	/** Ends the recording; resolves once everything is on the disk, or cannot be written. */
	readonly close: Sink['close'];
};

type RecorderDeps = {
	readonly sink: Sink;
	/** Our clock. */
	readonly now: () => number;
	/** obwatch's own version. */
	readonly version: string;
};

const moment = (time: number): string => new Date(time).toISOString();

/** ms. The response to `time` always differs; only a change of the skew is news. */
const skewStep = 1000;

const timeIn = (body: Buffer): number => Date.parse(/"data":"([^"]{1,60})"/.exec(body.toString('latin1'))?.[1] ?? '');

const firstFailure = 400;

const notFound = 404;

const errorStart = Buffer.from('"error":');

const openingBrace = 0x7B;

/** The part of a response that can be news: without its time and trace. */
const partOf = (status: number, body: Buffer): Buffer => {
	const start = status < firstFailure ? -1 : body.indexOf(errorStart);
	return start === -1 ? payloadOf(body) : body.subarray(start);
};

/** Whether a response shows trouble: none, a refusal, or one that is no agent's. That there is no such task is no trouble. */
const isTrouble = (response: Exchange['response']): boolean =>
	response.type === 'error' || (response.status >= firstFailure && response.status !== notFound) || (response.body.length > 0 && response.body[0] !== openingBrace);

/** A digest that differs if the response is news. */
const digestOf = ({path, response}: Exchange, now: number): string => {
	if (response.type === 'error') {
		return JSON.stringify(response.error);
	}

	const skew = path === routes.time && response.status < firstFailure ? Math.round((timeIn(response.body) - now) / skewStep) : NaN;
	return Number.isNaN(skew) ? `${response.status} ${createHash('sha1').update(partOf(response.status, response.body)).digest('base64')}` : `skew ${skew}`;
};

/** An error as it is written: with words for who reads the file, always English. */
const written = (error: AgentError): AgentError & {readonly message?: string} => error.type === 'unreachable' || error.type === 'protocol' ? {...error, message: errorText(error, english)} : error;

/** How the paths begin whose responses say the state of tasks, by the field that dates the last one: the agent's own last task, its cluster's, and the unfinished ones. */
const dated = [
	['lastSeenAt', routes.maintenanceTask(true)],
	['lastSeenAt', routes.node('')],
	['clusterSeenAt', routes.clusterTask(true)],
	['listSeenAt', routes.unfinishedTasks(true)],
] as const;

/**
What is known about one agent's responses.

- digests: of the last response to each request; beyond a limit the oldest are dropped
- seen: when the last good responses about tasks came, as fields; written with each failure, since unchanged responses before it were not
*/
type Known = {readonly digests: Map<string, string>; readonly seen: Map<string, string>};

// The requests that one agent gets again and again, and many more.
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
			// Keys are not recorded, and neither are requests that obwatch aborted itself.
			if (path === routes.secret || (response.type === 'error' && response.error.type === 'aborted')) {
				return;
			}

			const known: Known = agents.get(agent) ?? {digests: new Map(), seen: new Map()};
			agents.set(agent, known);
			const at = now();
			const isGood = response.type === 'response' && response.status < firstFailure;
			const digest = digestOf(exchange, at);
			if (isNews(known, path, digest)) {
				const head = {at: moment(at), agent, method: 'GET', path};
				const key = `${agent} ${path}`;
				if (isTrouble(response)) {
					// The next responses are written in any case, to show that the agent was polled again.
					known.digests.clear();
					known.digests.set(path, digest);
				}

				if (response.type === 'response') {
					const {status} = response;
					// The reader of a large body may transfer it to another thread.
					const body = Buffer.from(response.body);
					sink.add({key, size: body.length, * make(redaction) {
						return `${JSON.stringify({...head, status}).slice(0, -1)},"body":${yield * bodyJson(body, redaction)}}`;
					}});
				} else {
					const line = {...head, error: written(response.error), ...Object.fromEntries(known.seen)};
					sink.add({key, size: 0, make: redaction => cleanJson(line, redaction)});
				}
			}

			const field = isGood ? dated.find(([, start]) => path.startsWith(start))?.[0] : undefined;
			if (field !== undefined) {
				known.seen.set(field, moment(at));
			}
		},
		expect(agent) {
			for (const details of [true, false]) {
				agents.get(agent)?.digests.delete(routes.maintenanceTask(details));
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

/** Called with the reason why lines cannot be written, and with undefined once they can again. */
type HearProblem = (problem: string | undefined) => void;

/** A recorder that writes into a file. */
export type FileRecorder = Recorder & {readonly follow: (hear: HearProblem) => void};

type OpenRecorderDeps = Omit<FileSinkDeps, 'onProblem'> & {
	/** obwatch's own version. */
	readonly version: string;
};

/** Records into a file. The problem says why that is impossible, in plain words without the path. */
export const openRecorder = async ({version, ...options}: OpenRecorderDeps): Promise<{readonly ok: true; readonly recorder: FileRecorder} | {readonly ok: false; readonly problem: string}> => {
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
