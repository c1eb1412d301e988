import {exitCodes} from '../../cli/exit-codes.js';
import {type OpenFleet} from '../../fleet/open-fleet.js';
import {formatDuration} from '../../format/duration.js';
import {type Clock} from '../../protocol/clock.js';
import {isSameStand, standOf, type Operation} from '../../protocol/operation.js';
import {type Store} from '../../store/create-store.js';
import {findTask} from '../../store/locate.js';
import {planOf, type Plan} from '../../store/operate/plan.js';
import {type OperationAnswer} from '../../store/operate/track.js';
import {taskOutcome} from '../../store/select/task-cells.js';
import {type State, type TaskReference} from '../../store/state.js';
import {actionNouns} from '../../ui/action-words.js';
import {codeOfConnection, type ExitCode} from '../exit-code-of.js';
import {problemWords} from '../problem-words.js';
import {waitFor} from '../wait/wait-for.js';
import {within} from '../within.js';
import {askToConfirm, type Typist} from './ask-to-confirm.js';
import {findNamedTask} from './find-task.js';
import {planLines} from './plan-lines.js';
import {isWanted, patience, tellOfMoves, waitForMove} from './moves.js';

export type OperationRequest = {
	readonly operation: Operation;
	readonly taskId: string;
	/** The stage to pass, instead of the task. */
	readonly nodeId: string | undefined;
	readonly isConfirmed: boolean;
	readonly isWaiting: boolean;
	/** In ms, for the first answers. */
	readonly answerTimeout: number;
	/** In ms, for all of it; without it, as long as it takes. */
	readonly timeout: number | undefined;
};

export type OperationSurroundings = {
	readonly clock: Clock;
	/** For people; what a script needs is the exit code. */
	readonly write: (text: string) => void;
	/** Undefined where nobody can be asked. */
	readonly typist: Typist | undefined;
	readonly signal: AbortSignal;
};

type Decided = {readonly ok: true; readonly reference: TaskReference; readonly plan: Plan} | {readonly ok: false; readonly why: string; readonly code: ExitCode};

const no = (why: string, code: ExitCode): Decided => ({ok: false, why, code});

const decide = (state: State, {operation, taskId, nodeId}: OperationRequest): Decided => {
	const [entry] = state.agents.values();
	if (!entry) {
		return no('no agent is watched', exitCodes.usage.code);
	}

	const problem = problemWords(state, entry, state.view.hour);
	if (problem !== undefined) {
		return no(`${entry.address.label}: ${problem}`, codeOfConnection(entry));
	}

	const found = findNamedTask(state, entry, taskId);
	if (!found.ok) {
		return no(found.why, exitCodes.usage.code);
	}

	const planned = planOf(state, found.reference, nodeId === undefined ? operation : 'pass-stage');
	if (!planned.ok) {
		return no(`not offered: ${planned.why}`, exitCodes.refused.code);
	}

	const {target} = planned.plan.order;
	return nodeId !== undefined && nodeId !== target.id
		? no(`stage ${nodeId} is not the one that has failed, which is ${target.id}: only that can be passed`, exitCodes.refused.code)
		: {ok: true, reference: found.reference, plan: planned.plan};
};

/** Aborted once the task does not stand any more where it stood. */
const untilMoved = (store: Store, reference: TaskReference, {order}: Plan, signal: AbortSignal): {readonly signal: AbortSignal; readonly stop: () => void} => {
	const controller = new AbortController();
	const unsubscribe = store.subscribe(() => {
		const dag = findTask(store.getState(), reference);
		if (!dag || !isSameStand(standOf(dag), order.stand)) {
			controller.abort();
		}
	});
	return {signal: AbortSignal.any([controller.signal, signal]), stop: unsubscribe};
};

const confirm = async ({store, fleet}: Fleet, {reference, plan}: Extract<Decided, {ok: true}>, {typist, write, signal, clock}: OperationSurroundings): Promise<ExitCode | undefined> => {
	if (!typist) {
		write('There is no terminal to ask on, and nothing was sent: --yes confirms it.\n');
		return exitCodes.usage.code;
	}

	const noun = actionNouns[plan.order.action];
	const question = plan.typed.length === 0 ? `Send the ${noun}? y sends it, n leaves.` : `To send the ${noun}, type its name or id, then Enter; Esc leaves.`;
	const moved = untilMoved(store, reference, plan, signal);
	// What is decided on must not be half a minute old.
	let cancelLook = (): void => undefined;
	const look = (): void => {
		cancelLook = clock.schedule(() => {
			fleet.refresh();
			look();
		}, 3000);
	};

	look();
	const verdict = await askToConfirm({typist, clock, write, question, wanted: plan.typed, yes: 'y sends it, n leaves', signal: moved.signal});
	cancelLook();
	moved.stop();
	switch (verdict) {
		case 'confirmed': {
			return undefined;
		}

		case 'declined': {
			write('Nothing was sent.\n');
			return exitCodes.refused.code;
		}

		case 'interrupted': {
			write('Nothing was sent.\n');
			return exitCodes.interrupted.code;
		}

		case 'gone': {
			write('Nothing was sent: the task changed meanwhile.\n');
			return exitCodes.refused.code;
		}
	}
};

const codeOfAnswer = (answer: OperationAnswer): ExitCode => {
	switch (answer.type) {
		case 'accepted': {
			return exitCodes.done.code;
		}

		case 'refused':
		case 'unknown': {
			return exitCodes.refused.code;
		}

		case 'not-sent': {
			return answer.trouble === undefined ? exitCodes.refused.code : exitCodes[answer.trouble].code;
		}
	}
};

const answerLine = (noun: string, answer: OperationAnswer): string => {
	const audit = answer.auditProblem === undefined ? '' : `\nWhat came of it could not be written down: ${answer.auditProblem}`;
	switch (answer.type) {
		case 'accepted': {
			return `${noun} accepted${audit}\n`;
		}

		case 'refused': {
			return `${noun} refused: ${answer.words}${audit}\n`;
		}

		case 'unknown': {
			return `${noun} unknown, it is not sent again: ${answer.words}${audit}\n`;
		}

		case 'not-sent': {
			return `${noun} not sent: ${answer.words}${audit}\n`;
		}
	}
};

/** That the config file forbids it, and what to do. */
export const leftAloneWords = (label: string, why: string): string => `${label} is to be left alone: ${why}. Change it there, or name another file with --config`;

type Fleet = Pick<OpenFleet, 'store' | 'fleet' | 'firstRound'>;

/** Waits until something is seen of it, then like `--wait` for the end of its task. */
const follow = async (open: Fleet, {reference, plan}: Extract<Decided, {ok: true}>, {clock, signal, write}: OperationSurroundings, {timeout = Infinity, begin}: {readonly timeout: number | undefined; readonly begin: number}): Promise<ExitCode> => {
	const {store} = open;
	const rest = (): number => Math.max(0, begin + timeout - clock.now());
	const isHurried = rest() < patience;
	const endTelling = tellOfMoves(store, reference, line => {
		write(`${line}\n`);
	});
	try {
		if (!await waitForMove({store, task: reference, clock, signal, timeout: Math.min(patience, rest())})) {
			write(signal.aborted ? '' : `nothing was seen of it within ${formatDuration(isHurried ? timeout : patience)}\n`);
			return signal.aborted ? exitCodes.interrupted.code : (isHurried ? exitCodes.timeout.code : exitCodes.refused.code);
		}

		const code = await waitFor(open, {tasks: {type: 'these', tasks: [reference]}, timeout: rest()}, {clock, signal});
		if (signal.aborted) {
			return exitCodes.interrupted.code;
		}

		const dag = findTask(store.getState(), reference);
		const outcome = dag && taskOutcome(dag);
		if (code === exitCodes.timeout.code) {
			write(`not ended within ${formatDuration(timeout)}\n`);
		}

		return code === exitCodes.timeout.code || !outcome || !isWanted(plan.order.action, outcome) ? code : exitCodes.done.code;
	} finally {
		endTelling();
	}
};

/** Does one thing with one task: shows what it would be, asks, sends it once, and says what came of it. Resolves to the exit code. */
export const runOperation = async (open: Fleet, request: OperationRequest, surroundings: OperationSurroundings): Promise<ExitCode> => {
	const {store, fleet, firstRound} = open;
	const {clock, write, signal} = surroundings;
	const begin = clock.now();
	await within(firstRound, {timeout: Math.min(request.answerTimeout, request.timeout ?? Infinity), clock, signal});
	const decided = decide(store.getState(), request);
	if (!decided.ok) {
		write(`obwatch: ${decided.why}\n`);
		return decided.code;
	}

	const {reference, plan} = decided;
	const why = await fleet.whyLeftAlone(plan.order.agent);
	if (why !== undefined) {
		write(`obwatch: ${leftAloneWords(plan.order.agentLabel, why)}\n`);
		return exitCodes.refused.code;
	}

	const dag = findTask(store.getState(), reference);
	write(`${(dag ? planLines(plan, taskOutcome(dag)) : []).join('\n')}\n`);
	const code = request.isConfirmed ? undefined : await confirm(open, decided, surroundings);
	if (code !== undefined) {
		return code;
	}

	store.dispatch({type: 'operation-begun', task: reference, order: plan.order});
	const answer = await fleet.operate(plan.order);
	write(answerLine(actionNouns[plan.order.action], answer));
	return request.isWaiting && (answer.type === 'accepted' || answer.type === 'unknown')
		? follow(open, decided, surroundings, {timeout: request.timeout, begin})
		: codeOfAnswer(answer);
};
