import {type AgentClient} from '../../client/types.js';
import {type Clock} from '../../lib/clock.js';
import {type Dag} from '../../protocol/task.js';
import {type PollEvent} from '../../store/actions.js';
import {pace, type Rates, untilNext} from '../intervals.js';
import {type RequestQueue} from '../request-queue.js';
import {retryOnce, sendWithController} from '../request.js';
import {type DelegateState, type Standing, withSeen} from './cluster-state.js';
import {eventsOf, type Health, healthAfter} from './events.js';
import {withBug} from './on-error.js';
import {applyResponse, fetchResponse, type PollResponse} from './on-response.js';
import {focused, hinted, isConcerned, linkOpened, refreshed, released, withDelegate} from './on-user.js';
import {isHeldBack, isRoundDone, plan} from './schedule.js';
import {type AgentFocus, type AgentPollState, isProven, newPollState, type PollRequest, priorityOf, type ResponseMeta, topicOf} from './state.js';

/** Polls one agent as long as the program runs. */
export type AgentLoop = {
	/** Passwords or keys changed: sealed requests may be sent again. */
	readonly wake: () => void;
	/** Polls everything now. */
	readonly refresh: () => void;
	readonly setFocus: (focus: AgentFocus) => void;
	/** Makes the agent the delegate for its cluster's tasks, or its own unfinished ones; undefined ends that. Returns the state that it had as a delegate. */
	readonly setDelegate: (delegate: DelegateState | undefined) => DelegateState | undefined;
	/** A list of its cluster's unfinished tasks arrived, or of its own. */
	readonly hearList: (list: readonly Dag[]) => void;
	/** Another agent responded about its last task: what a list said of it may be reported now. */
	readonly review: () => void;
	/** Queries a task by its id, once, before anything else. */
	readonly openLink: (id: string) => void;
	/** Takes that back; the query is aborted if it is under way. */
	readonly closeLink: (id: string) => void;
	/** Whether everything was queried once since the start, or since it last became a delegate or got a password; `held back` while only another agent's password trial blocks it. */
	readonly round: () => 'under way' | 'held back' | 'done';
	/** Ends the loop. The request in progress is aborted, and its response dropped. */
	readonly stop: () => void;
};

export type AgentLoopDeps = {
	readonly client: AgentClient;
	readonly clock: Clock;
	/** 0 to 1. */
	readonly random: () => number;
	readonly emit: (event: PollEvent) => void;
	readonly requestQueue: RequestQueue;
	/** Called with every change that the others must know, before the events. */
	readonly report: (health: Health) => void;
	/** Called when a list makes a query for the agent's last task worthwhile, and once that has its response, after the events. */
	readonly onQueried?: (() => void) | undefined;
	readonly onAnswered?: (() => void) | undefined;
	/** Called with each list of unfinished tasks, before what it says is reported. */
	readonly onList?: ((list: readonly Dag[]) => void) | undefined;
	readonly standing: Standing;
	readonly rates: Rates;
	/** ms until the first request. */
	readonly delay: number;
	/** Called with the duration of each response, good or bad, in ms. */
	readonly onResponse?: ((duration: number) => void) | undefined;
	/** Called when the first round may be done. */
	readonly onRound?: (() => void) | undefined;
	/** No pauses until it is. */
	readonly isHurried?: boolean | undefined;
};

const isFirstContact = ({seenAt, faults}: AgentPollState): boolean => seenAt === undefined && !faults.contact;

const timeoutFor = (state: AgentPollState): number => isFirstContact(state) ? pace.firstTimeout : pace.timeout;

/** Whether a broken connection would be news: if the agent, or this request, fails already, an immediate second attempt is not worthwhile. */
const isSteady = (state: AgentPollState, request: PollRequest): boolean =>
	isProven(state) && (request.type === 'link' || request.type === 'end' || state.faults[topicOf(request, true)] === undefined);

/** Starts polling. The loop only waits, sends and reports: `plan` chooses the request, `applyResponse` interprets the response, `eventsOf` makes the events. */
export const createAgentLoop = ({client, clock, random, emit, requestQueue, report, onQueried, onAnswered, onList, standing, rates, delay, onResponse, onRound, isHurried = false}: AgentLoopDeps): AgentLoop => {
	let state: AgentPollState = {...newPollState, skipsPause: isHurried};
	/** What the user looks at. An agent that it does not concern takes it over with its next response: a key changes it for thousands of them. */
	let {focus} = state;
	let isFirstRoundDone = false;
	let reported = state;
	let health: Health | undefined;
	let releases = 0;
	/** Everything was wanted anew while a request was under way, whose response may be older than that. */
	let isRefreshedMeanwhile = false;
	let phase: 'waiting' | 'queued' | 'sending' | 'stopped' = 'waiting';
	let controller = new AbortController();
	/** The request in progress, and whether its response is no longer needed. */
	let sent: {readonly request: PollRequest; readonly isUnwanted: boolean} | undefined;
	let leaveQueue: (() => void) | undefined;
	let planned: {readonly of: AgentPollState; readonly step: ReturnType<typeof plan>} | undefined;
	const startAt = clock.now() + delay;

	const attempt = (event: PollEvent): readonly Error[] => {
		try {
			if (!isStopped()) {
				emit(event);
			}

			return [];
		} catch (error) {
			return [error instanceof Error ? error : new Error(String(error))];
		}
	};

	const reportChanges = (): void => {
		const newest = healthAfter(health, state);
		const isAnswered = health?.isQueried === true && !newest.isQueried;
		if (newest !== health) {
			health = newest;
			report(newest);
		}

		// By what was just reported, a listed task may have become an owner's last one.
		const delegate = state.delegate?.seen && withSeen(state.delegate, standing);
		state = delegate && delegate !== state.delegate ? {...state, delegate} : state;
		const events = eventsOf(reported, state, {agent: client.address.key, at: clock.now()});
		const [problem] = events.flatMap(event => attempt(event));
		// Events on which a listener failed are sent again with the next response, except for the trouble, whose end must follow its beginning.
		reported = problem ? {...reported, trouble: state.trouble} : state;
		if (isAnswered) {
			onAnswered?.();
		}

		if (problem) {
			throw problem;
		}
	};

	const takeFocus = (): void => {
		state = state.focus === focus ? state : {...state, focus};
	};

	const applyAndReport = (request: PollRequest, response: PollResponse, meta: Pick<ResponseMeta, 'sentAt' | 'isReleased'>): void => {
		takeFocus();
		if (response.type === 'unfinished') {
			onList?.(response.list);
		}

		state = applyResponse(state, request, response, {
			...meta, at: clock.now(), random: random(), skew: client.skew(), fingerprint: client.fingerprint(), standing,
		});
		state = isRefreshedMeanwhile ? refreshed(state) : state;
		reportChanges();
	};

	const settleRound = (): void => {
		isFirstRoundDone ||= isRoundDone(state);
		state = isFirstRoundDone || !isHurried ? state : {...state, skipsPause: true};
		onRound?.();
	};

	/** A bug in handling a response must not end the loop: it is reported as the agent's trouble, and everything is tried again after a pause. */
	const handleResponse = (request: PollRequest, response: PollResponse, meta: Pick<ResponseMeta, 'sentAt' | 'isReleased'>): void => {
		try {
			applyAndReport(request, response, meta);
			settleRound();
			wait();
		} catch (error) {
			state = withBug(state, error, clock.now());
			waitFor(pace.bugPause);
			try {
				reportChanges();
			} catch {
				// Not everything could be reported now; `reported` stays behind, so it will be.
			}
		}
	};

	const send = async (request: PollRequest, leave: () => void): Promise<void> => {
		const sentAt = clock.now();
		const releasesBefore = releases;
		// A link is queried out of turn.
		state = request.type === 'link' || !state.skipsPause ? state : {...state, skipsPause: false};
		controller = controller.signal.aborted ? new AbortController() : controller;
		const tries = isSteady(state, request) ? retryOnce<PollResponse> : async (attemptOnce: () => Promise<PollResponse>) => attemptOnce();
		const isShortAttempt = isFirstContact(state) && !state.isPassedOver && request.type === 'info' && requestQueue.isCrowded();
		sent = {request, isUnwanted: false};
		isRefreshedMeanwhile = false;
		const response = await sendWithController(async given => tries(async () => fetchResponse(client, request, given)), {clock, timeout: isShortAttempt ? pace.glance : timeoutFor(state), controller});
		leave();
		if (isStopped()) {
			return;
		}

		phase = 'waiting';
		if (isUnwanted()) {
			wait();
			return;
		}

		if (isShortAttempt && response.type === 'error' && response.error.type === 'timeout') {
			state = {...state, isPassedOver: true};
			queue();
			return;
		}

		onResponse?.(Math.max(0, clock.now() - sentAt));
		handleResponse(request, response, {sentAt, isReleased: releases !== releasesBefore});
	};

	/** What is planned for a state and due stays what it is. */
	const nextStep = (now: number): ReturnType<typeof plan> => {
		takeFocus();
		if (planned?.of !== state || planned.step.at > now) {
			planned = {of: state, step: plan(state, now, rates)};
		}

		return planned.step;
	};

	const begin = (leave: () => void): void => {
		// What was due when it was queued may no longer be.
		const now = clock.now();
		const {request, at} = nextStep(now);
		if (at > now) {
			phase = 'waiting';
			leave();
			wait();
			return;
		}

		phase = 'sending';
		void send(request, leave);
	};

	const queue = (): void => {
		phase = 'queued';
		leaveQueue = requestQueue.enter(state.links.length > 0 ? 'proven' : priorityOf(state), begin);
	};

	let cancelWait = clock.schedule(queue, delay);

	const waitFor = (time: number): void => {
		if (phase !== 'waiting') {
			return;
		}

		cancelWait();
		// Agents that do not respond are retried one by one.
		const isRoutine = time >= pace.together * 2 && isProven(state);
		cancelWait = clock.schedule(queue, isRoutine ? time + untilNext(pace.together, clock.now() + time) : time);
	};

	const wait = (): void => {
		const now = clock.now();
		waitFor(Math.max(0, Math.min(delay, startAt - now), nextStep(now).at - now));
	};

	// A function, since `phase` also changes while the code awaits.
	const isStopped = (): boolean => phase === 'stopped';

	const isUnwanted = (): boolean => sent?.isUnwanted === true;

	const change = (next: AgentPollState): void => {
		if (next === state) {
			return;
		}

		state = next;
		wait();
	};

	return {
		wake() {
			releases += 1;
			const next = released(state);
			isFirstRoundDone &&= state.blocked === undefined && (next === state || isRoundDone(next));
			change(next);
		},
		refresh() {
			isRefreshedMeanwhile = phase === 'sending';
			change(refreshed(state));
		},
		setFocus(next) {
			focus = next;
			if (isConcerned(state, next)) {
				change(focused(state, next));
			}
		},
		setDelegate(delegate) {
			const had = state.delegate;
			isFirstRoundDone &&= delegate === undefined;
			change(withDelegate({...state, skipsPause: state.skipsPause || (delegate !== undefined && isHurried)}, delegate, clock.now()));
			return had;
		},
		hearList(list) {
			const next = hinted(state, list);
			if (next === state) {
				return;
			}

			onQueried?.();
			change(next);
			health = healthAfter(health, state);
			report(health);
		},
		review() {
			try {
				reportChanges();
			} catch {
				// It is reported again with the next response.
			}
		},
		openLink(id) {
			const next = linkOpened(state, id);
			if (next !== state && phase === 'queued') {
				// Queues again with a higher priority, so that it does not wait behind offline agents.
				leaveQueue?.();
				phase = 'waiting';
			}

			change(next);
		},
		closeLink(id) {
			if (!state.links.includes(id)) {
				return;
			}

			const isSent = phase === 'sending' && sent?.request.type === 'link' && sent.request.id === id;
			change({...state, links: state.links.filter(link => link !== id)});
			if (!isSent || !sent) {
				return;
			}

			sent = {...sent, isUnwanted: true};
			controller.abort();
		},
		round: () => isFirstRoundDone ? (isHeldBack(state) ? 'held back' : 'done') : 'under way',
		stop() {
			phase = 'stopped';
			cancelWait();
			leaveQueue?.();
			controller.abort();
		},
	};
};
