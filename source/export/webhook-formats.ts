// What each service takes: the body of a message, and its signature. All of it is pure.

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {type Messages} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {beginning, escapeControls, plainJson, printable} from '../lib/printable.js';
import {formatTime, localOffset, offsetText, type Timestamp} from '../lib/time.js';
import {cutMiddle} from '../lib/wrap.js';
import {isFault} from '../protocol/outcome.js';
import {type ChangeKind, type JournalEntry} from '../store/changes.js';
import {changeDocument, changeText, describeChange} from '../store/selectors/journal.js';

export type WebhookFormat = 'dingtalk' | 'feishu' | 'wecom' | 'slack' | 'json';

/** Where messages go. `url` and `secret`, which signs them, are secrets. `authorities`: certificates (PEM) to trust beside Node's own. */
export type Webhook = {
	readonly name: string;
	readonly format: WebhookFormat;
	readonly on: readonly ChangeKind[];
	readonly url: string;
	readonly secret: string | undefined;
	readonly authorities: string | undefined;
};

/** A change to report. */
export type News = Pick<JournalEntry, 'at' | 'label' | 'transition'>;

export type Message = {
	/** Undefined for a test. */
	readonly changes: readonly News[] | undefined;
	/** How many more there were. */
	readonly left: number;
	readonly now: Timestamp;
	/** The machine that sends it. */
	readonly host: string;
	/** Masks secrets in agents' texts. */
	readonly redact: (text: string) => string;
};

export type WebhookRequest = {readonly url: string; readonly body: string};

/**
What each service allows. `bytes`: of the text, some below the service's own limit (DingTalk: 20,000 bytes, WeCom: 2048, Feishu: 20 KB of
body; Slack shows the first 4000 characters well). `gap`: ms between two messages: DingTalk and WeCom take 20 a minute, and DingTalk nothing for
ten minutes after more; Feishu takes 100 a minute, Slack one a second. `joins`: whether several changes are one message.
*/
export const limitsOf: Readonly<Record<WebhookFormat, {readonly bytes: number; readonly gap: number; readonly joins: boolean}>> = {
	dingtalk: {bytes: 6000, gap: 4000, joins: true},
	feishu: {bytes: 6000, gap: 2000, joins: true},
	wecom: {bytes: 2000, gap: 4000, joins: true},
	slack: {bytes: 3500, gap: 2000, joins: true},
	json: {bytes: 0, gap: 50, joins: false},
};

// More lines are not read in a chat.
const mostLines = 20;

// Columns of a change, which may quote a long log line.
const longestChange = 400;

const longestName = 100;

/**
Text in which a service finds no syntax of its own. DingTalk, Feishu and WeCom get plain text, where only `<…>` can mean something ("<@all>" at
WeCom); Slack gets its three characters escaped (docs.slack.dev, "Formatting message text"). What looks like a link is no link: such text may come
from a log.
*/
const plainText = (format: WebhookFormat, text: string): string => {
	const unlinked = text.replaceAll('://', '[:]//').replaceAll(/\bwww\./gi, match => `${match.slice(0, -1)}[.]`);
	return format === 'slack' ? unlinked.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : unlinked.replaceAll('<', '＜').replaceAll('>', '＞');
};

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** What happened, in a word or two: "failed", "unreachable", "responds again". */
const wordOf = ({transition}: News, language: Messages): string => {
	const {event} = describeChange(transition, language);
	if (transition.type !== 'outcome-changed') {
		return event;
	}

	const {outcome} = transition;
	return outcome.word === 'unknown' ? language.tasks.outcomes[outcome.reason === 'gone' ? 'gone' : 'unknown'] : language.tasks.outcomes[outcome.word];
};

const isBad = ({transition}: News): boolean => transition.type === 'task-failing' || transition.type === 'agent-troubled' || transition.type === 'database-down' || (transition.type === 'outcome-changed' && isFault(transition.outcome));

/** Without what another change says, too: a sub-task's failure that is its main task's, and that a task fails, once it has failed. */
const withoutRepeated = (changes: readonly News[]): readonly News[] => {
	const bad = changes.flatMap(change => 'id' in change.transition && isBad(change) ? [change.transition] : []);
	const ids = new Set(bad.map(({id}) => id));
	const failed = new Set(bad.flatMap(({type, id}) => type === 'outcome-changed' ? [id] : []));
	return changes.filter(change => {
		const {transition} = change;
		const isRepeated = 'id' in transition && isBad(change) && (ids.has(transition.main ?? '') || (transition.type === 'task-failing' && failed.has(transition.id)));
		return !isRepeated;
	});
};

const placeOf = ({label}: News): string => printable(label).slice(0, longestName).toWellFormed();

/** What all of it happened to: the task, if it is one, and the place. Empty if there are several places. */
const subjectOf = (changes: readonly News[], language: Messages): string => {
	const [place, ...otherPlaces] = new Set(changes.map(change => placeOf(change)));
	const [task = '', ...otherTasks] = new Set(changes.map(({transition}) => describeChange(transition, language).task));
	if (place === undefined || otherPlaces.length > 0) {
		return '';
	}

	return task === '' || otherTasks.length > 0 ? place : language.webhooks.subject(escapeControls(task).slice(0, longestName).toWellFormed(), place);
};

/** What is bad comes first: a phone shows little more than this line. */
const titleOf = (changes: readonly News[], language: Messages): string => {
	const {webhooks: words} = language;
	const ranked = changes.toSorted((one, other) => Number(isBad(other)) - Number(isBad(one)));
	const counts = [...Map.groupBy(ranked, change => wordOf(change, language))];
	const [first] = counts;
	const subject = subjectOf(changes, language);
	return first && changes.length === 1 ? words.title(first[0], subject) : words.titleOfSeveral(counts.map(([what, {length: count}]) => words.counted(count, what)), subject);
};

/** The title has said of a single change what happened and to what: its line says when, and why. */
const lineOf = (change: News, isSingle: boolean, redact: Message['redact'], language: Messages): string => {
	const {at, label, transition} = change;
	const {webhooks: words} = language;
	const said = isSingle && transition.type !== 'agent-troubled' ? describeChange(transition, language).detail : changeText(transition, label, language);
	const text = cutMiddle(redact(cutMiddle(said, 2 * longestChange)), longestChange);
	const time = formatTime(at, localOffset(at));
	return isSingle ? words.lineOfSingle(time, text) : words.line(time, placeOf(change), text);
};

/** A title, then a line for each change as far as there is room: what is bad first if not all fit. Little is read of long reasons, because keys must not wait for this. */
const textOf = (format: WebhookFormat, name: string, {changes: all, left, now, host, redact}: Message): {readonly title: string; readonly text: string} => {
	const language = messages();
	const {webhooks: words} = language;
	const sender = plainText(format, words.sender(printable(host), offsetText(localOffset(now))));
	if (!all) {
		return {title: words.title(words.test, ''), text: `${words.testText(name)}\n${sender}`};
	}

	const changes = withoutRepeated(all);
	const title = plainText(format, redact(titleOf(changes, language)));
	const room = limitsOf[format].bytes - bytesOf(`${title}\n${words.more(changes.length + left)}\n${sender}\n`);
	const ranked = changes.map((change, index) => ({index, change})).toSorted((one, other) => Number(isBad(other.change)) - Number(isBad(one.change)) || one.index - other.index);
	const fitting: Array<{readonly index: number; readonly line: string}> = [];
	let used = 0;
	for (const {index, change} of ranked.slice(0, mostLines)) {
		const line = plainText(format, escapeControls(lineOf(change, changes.length === 1, redact, language)));
		used += bytesOf(line) + 1;
		if (used > room) {
			break;
		}

		fitting.push({index, line});
	}

	const lines = fitting.toSorted((one, other) => one.index - other.index).map(({line}) => line);
	const hidden = left + changes.length - lines.length;
	return {title, text: [...lines, ...(hidden > 0 ? [words.more(hidden)] : []), sender].join('\n')};
};

// Characters. A reason may quote a line of megabytes.
const longestReason = 4000;

/** The object that `--json-schema` describes, as `--watch --json` prints it, with reasons cut and without what looks like a secret. */
const documentOf = ({changes, now, host, redact}: Message): object => {
	const [change] = changes ?? [];
	if (!change) {
		return {version: 1, at: new Date(now).toISOString(), type: 'test', host};
	}

	const reasons = new Set(['why', 'words']);
	const shortened = (key: string, value: unknown): unknown => {
		if (typeof value === 'object' && value !== null) {
			return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortened(name, part)]));
		}

		return reasons.has(key) && typeof value === 'string' ? redact(beginning(value, longestReason)) : value;
	};

	return Object.fromEntries(Object.entries({version: 1, ...changeDocument(change)}).map(([key, value]) => [key, shortened(key, value)]));
};

// Loading it costs milliseconds, which a start without webhooks would pay.
const signatureOf = (key: string, text: string): string => process.getBuiltinModule('node:crypto').createHmac('sha256', key).update(text).digest('base64');

const feishuBody = ({title, text}: ReturnType<typeof textOf>, {changes}: Message): object => ({
	msg_type: 'interactive',
	card: {
		header: {template: changes?.some(change => isBad(change)) ? 'red' : 'blue', title: {tag: 'plain_text', content: title}},
		elements: [{tag: 'div', text: {tag: 'plain_text', content: text}}],
	},
});

const bodyOf = (format: WebhookFormat, name: string, message: Message): object => {
	if (format === 'json') {
		return documentOf(message);
	}

	const told = textOf(format, name, message);
	const content = `${told.title}\n${told.text}`;
	switch (format) {
		case 'dingtalk': {
			return {msgtype: 'text', text: {content}, at: {isAtAll: false}};
		}

		case 'feishu': {
			return feishuBody(told, message);
		}

		case 'wecom': {
			return {msgtype: 'text', text: {content}};
		}

		case 'slack': {
			return {text: content, mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false};
		}
	}
};

/**
The request that sends a message. DingTalk's signature is a part of the URL: the secret signs the time in ms and itself. Feishu's is in the body:
the time in seconds and the secret are the key, and nothing is signed.
*/
export const requestFor = ({name, format, url, secret}: Webhook, message: Message): WebhookRequest => {
	const body = bodyOf(format, name, message);
	const {now} = message;
	if (format === 'dingtalk' && secret !== undefined) {
		const signed = new URL(url);
		signed.searchParams.set('timestamp', String(now));
		signed.searchParams.set('sign', signatureOf(secret, `${now}\n${secret}`));
		return {url: signed.href, body: plainJson(JSON.stringify(body))};
	}

	const seconds = Math.floor(now / 1000);
	const signature = format === 'feishu' && secret !== undefined ? {timestamp: String(seconds), sign: signatureOf(`${seconds}\n${secret}`, '')} : {};
	return {url, body: plainJson(JSON.stringify({...signature, ...body}))};
};
