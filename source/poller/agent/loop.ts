import {type AgentClient} from '../../client/types.js';
import {type Clock} from '../../lib/clock.js';
import {type PollEvent} from '../../store/actions.js';
import {longestBackoff, pace, type Rates} from '../intervals.js';
import {type RequestQueue} from '../request-queue.js';
import {type PollResponse, sendWithDeadline, fetchResponse, retryOnce} from '../request.js';
import {type ResponseMeta, type PollRequest, topicOf} from '../requests.js';
import {type DelegateState, withSeen} from './cluster-state.js';
import {withBug} from './errors.js';
import {eventsOf, type Health, healthOf} from './events.js';
import {applyResponse} from './on-response.js';
import {withDelegate, focused, linkOpened, refreshed, released} from './on-user.js';
import {isHeldBack, isRoundDone, plan} from './schedule.js';
import {type AgentFocus, type AgentPollState, isProven, newPollState, priorityOf} from './state.js';
import {keep} from './task-state.js';

/** One agent, asked for as long as the program runs. */
export type AgentLoop = {
	/** Passwords or keys changed: sealed questions may be asked again. */
	readonly wake: () => void;
	/** Everything is looked at now. */
	readonly refresh: () => void;
	readonly setFocus: (focus: AgentFocus) => void;
	/** Gives (or with undefined takes) the duty to ask for its cluster's tasks, or its own unfinished ones. Returns the memory of the duty it had. */
	readonly setDelegate: (delegate: DelegateState | undefined) => DelegateState | undefined;
	/** Asks for a task by its id, once, before anything else. */
	readonly openLink: (id: string) => void;
	/** Whether everything was asked once since the beginning, or since it was last given a duty or a password; `held-back` while only another agent's password trial keeps it from going on. */
	readonly round: () => 'under way' | 'held back' | 'done';
	/** For good. What is under way is aborted, and its answer dropped. */
	readonly stop: () => void;
};

export type AgentLoopDeps = {
	readonly client: AgentClient;
	readonly clock: Clock;
	/** 0 to 1 */
	readonly random: () => number;
	readonly emit: (event: PollEvent) => void;
	readonly requestQueue: RequestQueue;
	/** Hears of every change in what the others must know, before events tell of it. */
	readonly report: (health: Health) => void;
	/** Whether the task of that id is some agent's or cluster's last maintenance task. */
	readonly isShown: (id: string) => boolean;
	readonly rates: Rates;
	/** ms until the first question. */
	readonly delay: number;
	/** Hears how long each answer took, good or bad, in ms. */
	readonly onResponse?: ((duration: number) => void) | undefined;
	/** Somebody waits for the first round: no pauses until it is done, and this is called when it may be. */
	readonly onRound?: (() => void) | undefined;
};

const isFirstContact = ({seenAt, faults}: AgentPollState): boolean => seenAt === undefined && !faults.contact;

const timeoutFor = (state: AgentPollState): number => isFirstContact(state) ? pace.firstTimeout : pace.timeout;

/** Whether a broken connection would be news: with an agent, or a question, that fails already it is not worth a second try at once. */
const isSteady = (state: AgentPollState, request: PollRequest): boolean =>
	isProven(state) && (request.type === 'link' || state.faults[topicOf(request, true)] === undefined);

/** Starts asking. The loop itself only waits, asks and tells: what to ask is `plan`'s, what an answer means `remember`'s, what is told `eventsOf`'s. */
export const createAgentLoop = ({client, clock, random, emit, requestQueue, report, isShown, rates, delay, onResponse, onRound}: AgentLoopDeps): AgentLoop => {
	let state: AgentPollState = {...newPollState, skipsPause: onRound !== undefined};
	let isFirstRoundDone = false;
	let reported = state;
	let health: Health | undefined;
	let releases = 0;
	let phase: 'waiting' | 'queued' | 'sending' | 'stopped' = 'waiting';
	let controller = new AbortController();
	let leaveQueue: (() => void) | undefined;
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
		const newest = keep(health, healthOf(state));
		if (newest !== health) {
			health = newest;
			report(newest);
		}

		// A task that was listed may have become somebody's last one by what was just reported.
		state = state.delegate?.seen ? {...state, delegate: withSeen(state.delegate, isShown)} : state;
		const events = eventsOf(reported, state, {agent: client.address.key, at: clock.now()});
		const [problem] = events.flatMap(event => attempt(event));
		// What a listener stumbled over is told again with the next answer, but for the trouble, whose end must follow its beginning.
		reported = problem ? {...reported, trouble: state.trouble} : state;
		if (problem) {
			throw problem;
		}
	};

	const applyAndReport = (request: PollRequest, response: PollResponse, meta: Pick<ResponseMeta, 'sentAt' | 'isReleased'>): void => {
		state = applyResponse(state, request, response, {
			...meta, at: clock.now(), random: random(), skew: client.skew(), fingerprint: client.fingerprint(), isShown,
		});
		reportChanges();
	};

	const settleRound = (): void => {
		isFirstRoundDone ||= isRoundDone(state);
		if (!onRound) {
			return;
		}

		state = isFirstRoundDone ? state : {...state, skipsPause: true};
		onRound();
	};

	/** A bug in what an answer sets off must not end the loop: it is told as the agent's trouble, and all is tried again after a rest. */
	const handleResponse = (request: PollRequest, response: PollResponse, meta: Pick<ResponseMeta, 'sentAt' | 'isReleased'>): void => {
		try {
			applyAndReport(request, response, meta);
			settleRound();
			wait();
		} catch (error) {
			state = withBug(state, error, clock.now());
			waitFor(longestBackoff);
			try {
				reportChanges();
			} catch {
				// Not everything could be told now; `told` has stayed behind, so it will be.
			}
		}
	};

	const send = async (request: PollRequest, leave: () => void): Promise<void> => {
		const sentAt = clock.now();
		const releasesBefore = releases;
		// A link stands outside the turns.
		state = request.type === 'link' ? state : {...state, skipsPause: false};
		controller = new AbortController();
		const tries = isSteady(state, request) ? retryOnce<PollResponse> : async (send: () => Promise<PollResponse>) => send();
		const isGlance = isFirstContact(state) && !state.isPassedOver && request.type === 'info' && requestQueue.isCrowded();
		const response = await sendWithDeadline(async given => tries(async () => fetchResponse(client, request, given)), {clock, timeout: isGlance ? pace.glance : timeoutFor(state), signal: controller.signal});
		leave();
		if (isStopped()) {
			return;
		}

		phase = 'waiting';
		if (isGlance && response.type === 'error' && response.error.type === 'timeout') {
			state = {...state, isPassedOver: true};
			queue();
			return;
		}

		onResponse?.(Math.max(0, clock.now() - sentAt));
		handleResponse(request, response, {sentAt, isReleased: releases !== releasesBefore});
	};

	const begin = (leave: () => void): void => {
		// What was due when it queued may not be any more.
		const {request, at} = plan(state, clock.now(), rates);
		if (at > clock.now()) {
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
		cancelWait = clock.schedule(queue, time);
	};

	const wait = (): void => {
		const now = clock.now();
		waitFor(Math.max(0, Math.min(delay, startAt - now), plan(state, now, rates).at - now));
	};

	// A function, since the phase also changes behind the back of the code that asks.
	const isStopped = (): boolean => phase === 'stopped';

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
			isFirstRoundDone &&= state.blocked === undefined;
			change(released(state));
		},
		refresh() {
			change(refreshed(state));
		},
		setFocus(focus) {
			change(focused(state, focus));
		},
		setDelegate(delegate) {
			const had = state.delegate;
			isFirstRoundDone &&= delegate === undefined;
			change(withDelegate({...state, skipsPause: state.skipsPause || (delegate !== undefined && onRound !== undefined)}, delegate, clock.now()));
			return had;
		},
		openLink(id) {
			const next = linkOpened(state, id);
			if (next !== state && phase === 'queued') {
				// Once more, where nobody waits behind the lost.
				leaveQueue?.();
				phase = 'waiting';
			}

			change(next);
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
