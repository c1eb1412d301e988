import {Buffer} from 'node:buffer';
import * as z from 'zod/mini';
import {formatHostPort} from '../lib/host-port.js';
import {type HttpResponse} from '../client/types.js';
import {escapedInJson, printable, unprintableInJson} from '../lib/printable.js';
import {type Redaction, replaceInSlices, type Slices} from '../lib/redact.js';
import {parseTimestamp, type Timestamp} from '../lib/time.js';
import {type AgentAddress, parseAgentAddress} from '../protocol/address.js';
import {ifRight, mapped, type Schema} from '../protocol/envelope.js';
import {type AgentError, type ProtocolError, protocolProblems} from '../protocol/errors.js';

// A body that is not JSON is a proxy's page or a broken response; its beginning is enough to tell.
const textLimit = 4096;

// Characters. A longer text is not masked for its name alone.
const secretLimit = 20_000;

// Characters of a name.
const nameLimit = 200;

const mask = '***';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const parse = (text: string): unknown => {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
};

// A sample value that no rule takes for a secret by itself.
const sample = 'Q7';

/** The redaction, and which names it treats as secret, cached. */
type Cleaning = {readonly redaction: Redaction; readonly names: Map<string, boolean>};

/**
Whether everything under that name is secret: {"rootPwd": …}.

@yields So that other work can run.
*/
function * isSecretName(name: string, {redaction, names}: Cleaning): Slices<boolean> {
	const known = names.get(name);
	if (known !== undefined) {
		return known;
	}

	const pair = `${JSON.stringify(name)}:"${sample}"`;
	const isSecret = name !== '' && name.length <= nameLimit && (yield * redaction(pair)) !== pair;
	names.set(name, isSecret);
	return isSecret;
}

/** The name beside a value: {"name": "root_password", "value": "…"}. */
const nameBeside = (record: Readonly<Record<string, unknown>>, key: string): string => {
	if (!/^val(?:ue)?$/i.test(key)) {
		return '';
	}

	const name = Object.entries(record).find(([other, value]) => /^(?:name|key|variable)$/i.test(other) && typeof value === 'string')?.[1];
	return typeof name === 'string' ? name : '';
};

/**
The text without secrets, or fully masked if its name marks it as one.

@yields So that other work can run.
*/
function * cleanText(text: string, name: string, redaction: Redaction): Slices<string> {
	const masked = yield * redaction(text);
	if (name === '' || text === '' || text.length > secretLimit) {
		return masked;
	}

	const pair = `${JSON.stringify(name)}:${JSON.stringify(text)}`;
	const maskedPair = yield * redaction(pair);
	if (masked !== text) {
		// A part of a secret can look like one by itself, as an option of a shell does.
		return maskedPair === `${JSON.stringify(name)}:${mask}` ? mask : masked;
	}

	return maskedPair === pair ? text : mask;
}

/** Everything in it is secret, except for hints whether there is one. */
const masked = (value: unknown): unknown => value === null || typeof value === 'boolean' ? value : mask;

function * clean(value: unknown, name: string, cleaning: Cleaning): Slices<unknown> {
	if (typeof value === 'string') {
		return yield * cleanText(value, name, cleaning.redaction);
	}

	if (Array.isArray(value)) {
		const items: unknown[] = [];
		for (const item of value) {
			items.push(yield * clean(item, name, cleaning));
		}

		return items;
	}

	if (isRecord(value)) {
		const entries: Array<readonly [string, unknown]> = [];
		for (const [key, part] of Object.entries(value)) {
			const own = nameBeside(value, key) || key;
			const isSecret = typeof part !== 'string' && (yield * isSecretName(own, cleaning));
			entries.push([yield * cleaning.redaction(key), isSecret ? masked(part) : yield * clean(part, own, cleaning)]);
		}

		return Object.fromEntries(entries);
	}

	yield;
	return value;
}

/**
A value as JSON on one line, without what looks like a secret; in slices, however large it is.

@yields So that other work can run.
*/
export function * cleanJson(value: unknown, redaction: Redaction): Slices<string> {
	const cleaned = yield * clean(value, '', {redaction, names: new Map()});
	return yield * replaceInSlices(JSON.stringify(cleaned), unprintableInJson, escapedInJson);
}

/**
The body of a response, masked in the same way; as text if it is not JSON.

@yields So that other work can run.
*/
export function * bodyJson(body: Buffer, redaction: Redaction): Slices<string> {
	const text = body.toString('utf8');
	const root = parse(text);
	return yield * cleanJson(root === undefined ? text.slice(0, textLimit) : root, redaction);
}

// The lines of a recording as they are read: obwatch's own, and any of the same shape.

export const formatName = 'obwatch recording';

/** Readers take only the versions that they know. */
export const formatVersion = 1;

/** How the first line of every recording begins. */
export const beginningMark = `{"format":"${formatName}"`;

/**
What one line says.

- beginning: a recording of these agents begins; with `isContinued` it is the next file of one
- exchange: a request and its response; `seen`, of failures: when the last good responses came, even if they were unchanged, about the
agent's own last task, its cluster's, and the unfinished ones
- gap: that many responses were lost here
- end: polling ended here
- other: none of these, which is no damage
*/
export type Line =
	| {readonly type: 'beginning'; readonly at: Timestamp | undefined; readonly agents: readonly AgentAddress[]; readonly isContinued: boolean}
	| RecordedExchange
	| {readonly type: 'gap'; readonly at: Timestamp | undefined; readonly lost: number}
	| {readonly type: 'end'; readonly at: Timestamp | undefined}
	| {readonly type: 'other'; readonly at: Timestamp | undefined};

export type RecordedExchange = {
	readonly type: 'exchange';
	/** Undefined if the line has no time: then it came right after the one before. */
	readonly at: Timestamp | undefined;
	readonly agent: AgentAddress;
	readonly path: string;
	readonly answer: HttpResponse;
	readonly seen: {readonly own: Timestamp | undefined; readonly cluster: Timestamp | undefined; readonly list: Timestamp | undefined};
};

const makeSchemas = () => {
	const text = mapped(z.string(), value => printable(value));

	const kind = z.enum(['agent', 'root']);

	const protocolProblem = z.enum(protocolProblems);

	// Older recordings have only the words of a protocol error, which are shown as they are.
	const errorSchema: Schema<AgentError> = z.discriminatedUnion('type', [
		z.object({type: z.literal('unreachable'), code: text, isFirst: z.exactOptional(z.literal(true))}),
		z.object({type: z.literal('timeout'), after: z.number()}),
		z.object({type: z.literal('unauthorized'), wants: kind, reason: z.enum(['missing', 'refused', 'held-back']), by: z.exactOptional(text), isRefused: z.exactOptional(z.literal(true)), message: text}),
		z.object({type: z.literal('key-changed'), known: mapped(z.optional(text), value => value), offered: text, offeredBits: z.number(), knownBits: z.number()}),
		z.object({type: z.literal('clock'), skew: z.number()}),
		z.object({type: z.literal('refused'), status: z.number(), code: text, message: text, traceId: text}),
		mapped(z.object({type: z.literal('protocol'), message: text, problem: ifRight(protocolProblem), detail: z.optional(text)}), ({message, problem, detail}): ProtocolError =>
			problem === undefined ? {type: 'protocol', problem: 'recorded', detail: message} : {type: 'protocol', problem, ...(detail !== undefined && {detail})}),
		z.object({type: z.literal('too-large'), limit: z.number()}),
		z.object({type: z.literal('unknown-id'), id: text}),
		z.object({type: z.literal('aborted')}),
	]);

	const time = mapped(ifRight(z.string()), value => parseTimestamp(value));

	const beginningSchema = z.object({format: z.literal(formatName), version: z.literal(formatVersion), at: time, agents: z.array(z.string()), continues: z.optional(z.boolean())});

	const gapSchema = z.object({at: time, lost: z.number()});

	const endSchema = z.object({at: time, end: z.literal(true)});

	const place = {ip: z.optional(z.string()), port: z.optional(z.number()), method: z.optional(z.string()), path: z.optional(z.string())};

	const exchangeSchema = z.object({
		...place,
		at: time,
		agent: z.optional(z.string()),
		request: z.optional(z.object(place)),
		status: z.optional(z.number()),
		body: z.optional(z.unknown()),
		error: z.optional(errorSchema),
		lastSeenAt: time,
		clusterSeenAt: time,
		listSeenAt: time,
	});

	const timedBody = z.object({timestamp: z.string()});

	const beginningOfAny = z.object({format: z.literal(formatName), version: z.number().check(z.refine(version => version > formatVersion))});

	return {beginning: beginningSchema, beginningOfAny, gap: gapSchema, end: endSchema, exchange: exchangeSchema, timedBody};
};

type Schemas = ReturnType<typeof makeSchemas>;

let made: Schemas | undefined;

/** Made for the first line: few runs read a recording, and making them takes time at the start. */
const schemas = (): Schemas => {
	made ??= makeSchemas();
	return made;
};

/** The agent of lines that name none. */
const unnamedAgent = {ip: '127.0.0.1', port: 2886} as const;

const addressOf = (key: string): readonly AgentAddress[] => {
	const parsed = parseAgentAddress(key);
	return parsed.ok ? [parsed.address] : [];
};

const bodyText = (body: unknown): string => typeof body === 'string' ? body : (JSON.stringify(body) ?? '');

const answerOf = ({status, body, error}: z.output<Schemas['exchange']>): HttpResponse | undefined => {
	if (error) {
		return {type: 'error', error};
	}

	return status === undefined ? undefined : {type: 'response', status, contentType: '', body: Buffer.from(bodyText(body))};
};

const readExchange = (value: unknown): Line | undefined => {
	const parsed = schemas().exchange.safeParse(value);
	if (!parsed.success) {
		return undefined;
	}

	const {data} = parsed;
	const {ip, port, method, path} = {...data, ...data.request};
	const [agent] = addressOf(data.agent ?? formatHostPort(ip ?? unnamedAgent.ip, port ?? unnamedAgent.port));
	const answer = answerOf(data);
	const bodyTime = schemas().timedBody.safeParse(data.body);
	const at = data.at ?? (bodyTime.success ? parseTimestamp(bodyTime.data.timestamp) : undefined);
	if (!agent || !answer) {
		return undefined;
	}

	const seen = {own: data.lastSeenAt, cluster: data.clusterSeenAt, list: data.listSeenAt};
	return path === undefined || (method ?? 'GET') !== 'GET' ? {type: 'other', at} : {type: 'exchange', at, agent, path, answer, seen};
};

/** Whether it is the first line of a recording that only a newer obwatch can read. */
export const isNewer = (line: string): boolean => {
	try {
		return schemas().beginningOfAny.safeParse(JSON.parse(line)).success;
	} catch {
		return false;
	}
};

/** Reads one line. Undefined if it is damaged, or no line of a recording. */
export const readLine = (line: string): Line | undefined => {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined;
	}

	const beginning = schemas().beginning.safeParse(value);
	if (beginning.success) {
		const {at, agents, continues} = beginning.data;
		return {type: 'beginning', at, agents: agents.flatMap(key => addressOf(key)), isContinued: continues ?? false};
	}

	const gap = schemas().gap.safeParse(value);
	if (gap.success) {
		return {type: 'gap', ...gap.data};
	}

	const end = schemas().end.safeParse(value);
	return end.success ? {type: 'end', at: end.data.at} : readExchange(value);
};
