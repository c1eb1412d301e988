import {type AgentClient} from '../../client/types.js';
import {type Clock} from '../../lib/clock.js';
import {type PollEvent} from '../../store/actions.js';
import {longestBackoff, pace, type Rates} from '../intervals.js';
import {type RequestQueue} from '../request-queue.js';
import {type PollResponse, ask, fetchResponse, retryOnce} from '../request.js';
import {type ResponseMeta, type PollRequest, topicOf} from '../requests.js';
import {type DelegateState, withSeen} from './cluster-state.js';
import {withBug} from './errors.js';
import {eventsOf, type Health, healthOf} from './events.js';
import {applyResponse} from './on-response.js';
import {appointed, focused, linkOpened, refreshed, released} from './on-user.js';
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
	readonly setDuty: (duty: DelegateState | undefined) => DelegateState | undefined;
	/** Asks for a task by its id, once, before anything else. */
	readonly openLink: (id: string) => void;
	/** Whether everything was asked once since the beginning, or since it was last given a duty or a password; `held-back` while only another agent's password trial keeps it from going on. */
	readonly round: () => 'under way' | 'held back' | 'done';
	/** For good. What is under way is aborted, and its answer dropped. */
	readonly stop: () => void;
};

export type AgentLoopOptions = {
	readonly client: AgentClient;
	readonly clock: Clock;
	/** 0 to 1 */
	readonly random: () => number;
	readonly emit: (event: PollEvent) => void;
	readonly slots: RequestQueue;
	/** Hears of every change in what the others must know, before events tell of it. */
	readonly report: (health: Health) => void;
	/** Whether the task of that id is some agent's or cluster's last maintenance task. */
	readonly isShown: (id: string) => boolean;
	readonly rates: Rates;
	/** ms until the first question. */
	readonly delay: number;
	/** Hears how long each answer took, good or bad, in ms. */
	readonly onAnswer?: ((duration: number) => void) | undefined;
	/** Somebody waits for the first round: no pauses until it is done, and this is called when it may be. */
	readonly onRound?: (() => void) | undefined;
};

const isFirstContact = ({seenAt, faults}: AgentPollState): boolean => seenAt === undefined && !faults.contact;

const timeoutFor = (memory: AgentPollState): number => isFirstContact(memory) ? pace.firstTimeout : pace.timeout;

/** Whether a broken connection would be news: with an agent, or a question, that fails already it is not worth a second try at once. */
const isSteady = (memory: AgentPollState, question: PollRequest): boolean =>
	isProven(memory) && (question.type === 'link' || memory.faults[topicOf(question, true)] === undefined);

/** Starts asking. The loop itself only waits, asks and tells: what to ask is `plan`'s, what an answer means `remember`'s, what is told `eventsOf`'s. */
export const createAgentLoop = ({client, clock, random, emit, slots, report, isShown, rates, delay, onAnswer, onRound}: AgentLoopOptions): AgentLoop => {
	let memory: AgentPollState = {...newPollState, skipsPause: onRound !== undefined};
	let isFirstRoundDone = false;
	let told = memory;
	let health: Health | undefined;
	let releases = 0;
	let phase: 'waiting' | 'queued' | 'asking' | 'stopped' = 'waiting';
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

	const tell = (): void => {
		const newest = keep(health, healthOf(memory));
		if (newest !== health) {
			health = newest;
			report(newest);
		}

		// A task that was listed may have become somebody's last one by what was just reported.
		memory = memory.duty?.seen ? {...memory, duty: withSeen(memory.duty, isShown)} : memory;
		const events = eventsOf(told, memory, {agent: client.address.key, at: clock.now()});
		const [problem] = events.flatMap(event => attempt(event));
		// What a listener stumbled over is told again with the next answer, but for the trouble, whose end must follow its beginning.
		told = problem ? {...told, trouble: memory.trouble} : memory;
		if (problem) {
			throw problem;
		}
	};

	const learn = (question: PollRequest, answer: PollResponse, occasion: Pick<ResponseMeta, 'sentAt' | 'isReleased'>): void => {
		memory = applyResponse(memory, question, answer, {
			...occasion, at: clock.now(), random: random(), skew: client.skew(), fingerprint: client.fingerprint(), isShown,
		});
		tell();
	};

	const settleRound = (): void => {
		isFirstRoundDone ||= isRoundDone(memory);
		if (!onRound) {
			return;
		}

		memory = isFirstRoundDone ? memory : {...memory, skipsPause: true};
		onRound();
	};

	/** A bug in what an answer sets off must not end the loop: it is told as the agent's trouble, and all is tried again after a rest. */
	const take = (question: PollRequest, answer: PollResponse, occasion: Pick<ResponseMeta, 'sentAt' | 'isReleased'>): void => {
		try {
			learn(question, answer, occasion);
			settleRound();
			wait();
		} catch (error) {
			memory = withBug(memory, error, clock.now());
			waitFor(longestBackoff);
			try {
				tell();
			} catch {
				// Not everything could be told now; `told` has stayed behind, so it will be.
			}
		}
	};

	const put = async (question: PollRequest, leave: () => void): Promise<void> => {
		const sentAt = clock.now();
		const releasesBefore = releases;
		// A link stands outside the turns.
		memory = question.type === 'link' ? memory : {...memory, skipsPause: false};
		controller = new AbortController();
		const tries = isSteady(memory, question) ? retryOnce<PollResponse> : async (send: () => Promise<PollResponse>) => send();
		const isGlance = isFirstContact(memory) && !memory.isPassedOver && question.type === 'info' && slots.isCrowded();
		const answer = await ask(async given => tries(async () => fetchResponse(client, question, given)), {clock, timeout: isGlance ? pace.glance : timeoutFor(memory), signal: controller.signal});
		leave();
		if (isStopped()) {
			return;
		}

		phase = 'waiting';
		if (isGlance && answer.type === 'error' && answer.error.type === 'timeout') {
			memory = {...memory, isPassedOver: true};
			queue();
			return;
		}

		onAnswer?.(Math.max(0, clock.now() - sentAt));
		take(question, answer, {sentAt, isReleased: releases !== releasesBefore});
	};

	const begin = (leave: () => void): void => {
		// What was due when it queued may not be any more.
		const {question, at} = plan(memory, clock.now(), rates);
		if (at > clock.now()) {
			phase = 'waiting';
			leave();
			wait();
			return;
		}

		phase = 'asking';
		void put(question, leave);
	};

	const queue = (): void => {
		phase = 'queued';
		leaveQueue = slots.enter(memory.links.length > 0 ? 'proven' : priorityOf(memory), begin);
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
		waitFor(Math.max(0, Math.min(delay, startAt - now), plan(memory, now, rates).at - now));
	};

	// A function, since the phase also changes behind the back of the code that asks.
	const isStopped = (): boolean => phase === 'stopped';

	const change = (next: AgentPollState): void => {
		if (next === memory) {
			return;
		}

		memory = next;
		wait();
	};

	return {
		wake() {
			releases += 1;
			isFirstRoundDone &&= memory.blocked === undefined;
			change(released(memory));
		},
		refresh() {
			change(refreshed(memory));
		},
		setFocus(focus) {
			change(focused(memory, focus));
		},
		setDuty(duty) {
			const had = memory.duty;
			isFirstRoundDone &&= duty === undefined;
			change(appointed({...memory, skipsPause: memory.skipsPause || (duty !== undefined && onRound !== undefined)}, duty, clock.now()));
			return had;
		},
		openLink(id) {
			const next = linkOpened(memory, id);
			if (next !== memory && phase === 'queued') {
				// Once more, where nobody waits behind the lost.
				leaveQueue?.();
				phase = 'waiting';
			}

			change(next);
		},
		round: () => isFirstRoundDone ? (isHeldBack(memory) ? 'held back' : 'done') : 'under way',
		stop() {
			phase = 'stopped';
			cancelWait();
			leaveQueue?.();
			controller.abort();
		},
	};
};
