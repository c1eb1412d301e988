// Tells services about changes: what waits, when it is sent, and when it is given up. Nothing waits for this.

import process from 'node:process';
import {type Clock, within} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {formatDuration, formatTime, localOffset, type Timestamp} from '../lib/time.js';
import {type JournalEntry} from '../store/changes.js';
import {followJournal, type Store} from '../store/store.js';
import {type State} from '../store/state.js';
import {kindOf, kindOfMain, mayBePart} from '../store/transitions.js';
import {type Verdict, verdictOf, verdictOfFault, type Way} from './webhook-answers.js';
import {limitsOf, type Message, type News, requestFor, type Webhook} from './webhook-formats.js';
import {createPost, type Env, knowsProxies, proxyOf, timeout} from './webhook-post.js';

const wayTo = (url: string, env: Env): Way => {
	if (!proxyOf(new URL(url), env)) {
		return {type: 'direct'};
	}

	const {node: version} = process.versions;
	return knowsProxies(version) ? {type: 'proxy'} : {type: 'no proxy', version};
};

export type WebhookDeps = {
	readonly clock: Clock;
	/** From 0 to 1. */
	readonly random: () => number;
	readonly env: Env;
	/** The name of this machine. */
	readonly host: string;
	/** Masks secrets in agents' texts. */
	readonly redact: (text: string) => string;
	/** Shows the user what went wrong. */
	readonly report: (text: string) => void;
	/** Says which webhooks do not work now, and why, whenever that changes. */
	readonly onFailing?: (failing: ReadonlyArray<{readonly name: string; readonly problem: string}>) => void;
};

type Sending = Omit<WebhookDeps, 'random' | 'report' | 'onFailing'>;

type Content = Pick<Message, 'changes' | 'left'>;

/** Makes a function that sends one message and says what came of it. */
const createSend = (webhook: Webhook, {clock, env, host, redact}: Sending) => {
	const post = createPost(webhook, {clock, env});
	const way = wayTo(webhook.url, env);
	return async (content: Content, signal: AbortSignal): Promise<Verdict> => {
		const answer = await post(requestFor(webhook, {...content, now: clock.now(), host, redact}), signal);
		return 'fault' in answer ? verdictOfFault(answer, timeout / 1000, way) : verdictOf(webhook, answer, clock.now());
	};
};

/** Sends a test message, once. */
export const testWebhook = async (webhook: Webhook, {signal, ...deps}: Sending & {readonly signal: AbortSignal}): Promise<Verdict> =>
	createSend(webhook, deps)({changes: undefined, left: 0}, signal);

// In ms. Changes that come together are one message; what is older than the patience is no news any more.
const gather = 1000;

const patience = 300_000;

const longestGap = 30_000;

const firstRetry = 2000;

const longestRetry = 60_000;

const longestWait = 900_000;

// As many as the journal keeps: a whole fleet can be lost at once.
const mostWaiting = 1000;

/** A fault that ends by itself is not worth a line. */
const reportedFrom = 3;

/** The time to the next attempt after so many failures, between half and one and a half of what doubles each time. */
export const retryDelay = (failures: number, random: () => number): number => Math.min(longestRetry, firstRetry * (2 ** (failures - 1))) * (0.5 + random());

/** The time to the next message after one that was sent: twice as long as the last if that was not long ago, so that a flood becomes few messages. */
export const nextGap = (base: number, {gap, notBefore, now}: {readonly gap: number; readonly notBefore: Timestamp; readonly now: Timestamp}): number =>
	now < notBefore + gap ? Math.min(longestGap, gap * 2) : base;

/** How many changes were sent, and how many were given up. */
export type WebhookCounts = {readonly webhook: string; readonly sent: number; readonly failed: number};

type Sender = {
	readonly add: (changes: readonly News[]) => void;
	readonly counts: () => WebhookCounts;
	readonly finish: (end: {readonly timeout: number; readonly signal: AbortSignal}) => Promise<void>;
};

type Waiting = {readonly news: News; readonly since: Timestamp};

/** Sends the changes to one webhook, one message after the other. */
const createSender = (webhook: Webhook, deps: Omit<WebhookDeps, 'onFailing'> & {readonly onProblem: (problem: string | undefined) => void}): Sender => {
	const {clock, random, report, onProblem} = deps;
	const {gap: base, joins} = limitsOf[webhook.format];
	const send = createSend(webhook, deps);
	const controller = new AbortController();
	let waiting: readonly Waiting[] = [];
	let left = 0;
	let failures = 0;
	let wasReported = false;
	let problem: string | undefined;
	let gap = base;
	let notBefore = -Infinity;
	let cancel: (() => void) | undefined;
	let underWay: Promise<void> | undefined;
	let isClosing = false;
	let sent = 0;
	let failed = 0;
	// Given up since the last message that was sent.
	let lost = 0;

	const say = (text: string): void => {
		onProblem(text);
		if (wasReported) {
			return;
		}

		wasReported = true;
		report(messages().webhooks.about(webhook.name, text));
	};

	const lose = (count: number, why: string): void => {
		failed += count;
		lost += count;
		if (count > 0) {
			say(messages().webhooks.lost(lost, why));
		}
	};

	/** Takes in what is to be sent. Of too much, chats hear at least how much it was. */
	const keep = (all: readonly Waiting[]): void => {
		waiting = all.slice(-mostWaiting);
		const over = all.length - waiting.length;
		if (joins) {
			left += over;
		} else {
			lose(over, messages().webhooks.tooMany);
		}
	};

	const expire = (next: Timestamp): void => {
		const fresh = waiting.filter(({since}) => since + patience >= next);
		const count = waiting.length - fresh.length + (fresh.length === 0 ? left : 0);
		left = fresh.length === 0 ? 0 : left;
		waiting = fresh;
		lose(count, problem ?? '');
	};

	const settle = (batch: readonly Waiting[], more: number, verdict: Verdict): void => {
		const now = clock.now();
		if (verdict.type === 'retry') {
			keep([...batch, ...waiting]);
			left += more;
			if (controller.signal.aborted) {
				return;
			}

			const isAsked = verdict.after > 0;
			problem = isAsked ? messages().webhooks.problems.asksToWait(verdict.problem, formatDuration(verdict.after)) : verdict.problem;
			failures++;
			notBefore = now + Math.max(verdict.after, retryDelay(failures, random));
			if (!isClosing) {
				expire(notBefore);
			}

			// What has to wait for long is late news, even if it is sent then. What was said names a time that has passed.
			if (!isClosing && waiting.length > 0 && (wasReported || failures >= reportedFrom || verdict.after >= longestRetry)) {
				say(messages().webhooks.goesOn(verdict.problem, isAsked ? formatTime(notBefore, localOffset(notBefore)) : undefined));
			}

			return;
		}

		const count = batch.length + more;
		gap = joins && notBefore > -Infinity ? nextGap(base, {gap, notBefore, now}) : base;
		notBefore = now + gap;
		failures = 0;
		if (verdict.type === 'sent') {
			sent += count;
			lost = 0;
			if (wasReported) {
				wasReported = false;
				onProblem(undefined);
			}

			problem = undefined;
		} else {
			({problem} = verdict);
			lose(count, problem);
		}
	};

	const attempt = async (): Promise<Verdict['type']> => {
		const batch = joins ? waiting : waiting.slice(0, 1);
		const more = left;
		waiting = waiting.slice(batch.length);
		left = 0;
		const verdict = await send({changes: batch.map(({news}) => news), left: more}, controller.signal);
		settle(batch, more, verdict);
		return verdict.type;
	};

	const work = async (): Promise<void> => {
		await attempt();
		underWay = undefined;
		plan();
	};

	const plan = (): void => {
		if (cancel !== undefined || underWay !== undefined || isClosing || waiting.length === 0) {
			return;
		}

		const delay = Math.max(joins ? gather : 0, notBefore - clock.now());
		cancel = clock.schedule(() => {
			cancel = undefined;
			underWay = work();
		}, Math.min(delay, longestWait));
	};

	/** One attempt for what is left, however soon after the last one. */
	const flush = async (): Promise<void> => {
		await underWay;
		while (waiting.length > 0 && !controller.signal.aborted) {
			if (await attempt() !== 'sent') {
				return;
			}
		}
	};

	return {
		add(changes) {
			const now = clock.now();
			keep([...waiting, ...changes.map(news => ({news, since: now}))]);
			plan();
		},
		counts: () => ({webhook: webhook.name, sent, failed}),
		async finish({timeout: room, signal}) {
			isClosing = true;
			cancel?.();
			const flushed = flush();
			await within(flushed, {timeout: room, clock, signal});
			controller.abort();
			await flushed;
			wasReported = false;
			lose(waiting.length + left, problem ?? messages().webhooks.tooShort);
		},
	};
};

// In ms. A begin waits this long for the task's details, and is sent without them after that.
const detailsPatience = 10_000;

/** Whether it is news even of a sub-task. */
const isFailure = (state: State, {transition}: JournalEntry): boolean => {
	const kind = kindOf(state, transition);
	return kind === 'failed' || kind === 'failing';
};

/** `finish` sends what waits, within `timeout` ms, and settles then, or at the signal; no change is heard any more. */
export type WebhookReports = {
	readonly counts: () => readonly WebhookCounts[];
	readonly finish: Sender['finish'];
};

/** Reports the changes of a store to webhooks from now on: to each the kinds that it is for. */
export const reportToWebhooks = (webhooks: readonly Webhook[], {store, onFailing, ...deps}: WebhookDeps & {readonly store: Store}): WebhookReports => {
	const failing = new Map<string, string>();
	const senders = webhooks.map(webhook => ({on: new Set(webhook.on), sender: createSender(webhook, {
		...deps, onProblem(problem) {
			if (problem === failing.get(webhook.name)) {
				return;
			}

			if (problem === undefined) {
				failing.delete(webhook.name);
			} else {
				failing.set(webhook.name, problem);
			}

			onFailing?.([...failing].map(([name, why]) => ({name, problem: why})));
		},
	})}));
	const tell = (entries: readonly JournalEntry[]): void => {
		const state = store.getState();
		const kinds = entries.map(entry => ({entry, kind: kindOf(state, entry.transition), kindOfIts: kindOfMain(state, entry.transition)}));
		for (const {on, sender} of senders) {
			// A failure is sent once: as the main task's if the webhook reports that, otherwise as the sub-task's.
			const isWanted = ({kind, kindOfIts}: typeof kinds[number]): boolean => kind !== undefined && on.has(kind) && (kindOfIts === undefined || !on.has(kindOfIts));
			const wanted = kinds.filter(each => isWanted(each)).map(({entry}) => entry);
			if (wanted.length > 0) {
				sender.add(wanted);
			}
		}
	};

	let held: ReadonlyArray<{readonly entry: JournalEntry; readonly until: Timestamp}> = [];
	let cancel: (() => void) | undefined;

	/** Tells what no longer waits for details, and waits with the rest. */
	const take = (entries: readonly JournalEntry[]): void => {
		const [state, now] = [store.getState(), deps.clock.now()];
		const all = [...held, ...entries.map(entry => ({entry, until: now + detailsPatience}))];
		held = all.filter(({entry, until}) => now < until && !isFailure(state, entry) && mayBePart(state, entry.transition));
		const waits = new Set(held);
		tell(all.filter(each => !waits.has(each)).map(({entry}) => entry));
		cancel?.();
		const [first] = held;
		cancel = first && deps.clock.schedule(() => {
			take([]);
		}, first.until - now);
	};

	const stopEntries = followJournal(store, take);
	const stopDetails = store.subscribe(() => {
		if (held.length > 0) {
			take([]);
		}
	});
	return {
		counts: () => senders.map(({sender}) => sender.counts()),
		async finish(end) {
			stopEntries();
			stopDetails();
			cancel?.();
			tell(held.map(({entry}) => entry));
			held = [];
			await Promise.all(senders.map(async ({sender}) => sender.finish(end)));
		},
	};
};
