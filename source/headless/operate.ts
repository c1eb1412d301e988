import {fullName} from '../export/log-text.js';
import {type OpenFleet} from '../fleet/open.js';
import {type Clock, within} from '../lib/clock.js';
import {cell} from '../lib/columns.js';
import {messages} from '../lib/messages/messages.js';
import {formatDuration} from '../lib/time.js';
import {wrapText} from '../lib/wrap.js';
import {parseGenericId} from '../protocol/ids.js';
import {isSameSnapshot, type Operation, snapshotOf} from '../protocol/operation.js';
import {isLive, type Outcome, outcomeLabel} from '../protocol/outcome.js';
import {findTask, lastTaskOf} from '../store/lookup.js';
import {type ActionName} from '../store/operations/offers.js';
import {planOf} from '../store/operations/plan.js';
import {taskOutcome} from '../store/selectors/basics.js';
import {operationText} from '../store/selectors/connection.js';
import {type OperationResponse, type Plan, type TaskReference} from '../store/operations/track.js';
import {type AgentEntry, type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {askToConfirm, type KeyReader} from './confirm.js';
import {codeOfConnection, type ExitCode} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {problemText} from './text.js';
import {waitFor} from './wait-condition.js';

type Found = {readonly ok: true; readonly reference: TaskReference} | {readonly ok: false; readonly why: string};

/** The owner of a task among those that the agent named; only such tasks are queried or operated on. */
const findNamedTask = (state: State, entry: AgentEntry, id: string): Found => {
	const owners = [entry.address.key, ...(entry.cluster === undefined ? [] : [entry.cluster])];
	for (const owner of owners) {
		const held = state.agents.get(owner) ?? state.clusters.get(owner);
		if (lastTaskOf(held)?.id === id || held?.otherTasks.some(task => task.id === id)) {
			return {ok: true, reference: {owner, id}};
		}
	}

	const named = parseGenericId(id);
	const {label} = entry.address;
	return {
		ok: false,
		why: named && named.scope !== 'cluster' && named.agent !== entry.name
			? messages().output.operate.ofOtherAgent(id, named.agent, label)
			: messages().output.operate.noTask(id, label),
	};
};

// What is seen of a task after an operation on it: that it changes at all, and every step.

/** ms. An accepted operation takes effect within seconds. */
const moveTimeout = 60_000;

const hasMoved = (state: State, {id}: TaskReference): boolean => state.operations.get(id)?.movedAt !== undefined;

/** Whether the task changed in time after the operation. */
const waitForMove = async ({store, task, ...limits}: {
	readonly store: Store;
	readonly task: TaskReference;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** ms. */
	readonly timeout: number;
}): Promise<boolean> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	const look = (): void => {
		if (hasMoved(store.getState(), task)) {
			resolve();
		}
	};

	const unsubscribe = store.subscribe(look);
	look();
	try {
		return await within(promise, limits);
	} finally {
		unsubscribe();
	}
};

/** Reports every step of the task since the operation: "running, stage 3 of 7", in the end the outcome alone. Returns what ends it. */
const reportProgress = (store: Store, task: TaskReference, report: (line: string) => void): (() => void) => {
	let reported = '';
	const look = (): void => {
		const state = store.getState();
		const dag = findTask(state, task);
		if (!dag || !hasMoved(state, task)) {
			return;
		}

		const outcome = taskOutcome(dag);
		const line = isLive(outcome) ? messages().output.operate.step(outcomeLabel(outcome), dag.stage, dag.maxStage) : outcomeLabel(outcome);
		if (line === reported) {
			return;
		}

		reported = line;
		report(line);
	};

	look();
	return store.subscribe(look);
};

/** The outcome that an action is meant to bring: it is no failure of the action, whatever it means for the task. */
const wanted: Readonly<Record<ActionName, Outcome['word'] | undefined>> = {retry: undefined, rollback: 'rolled back', cancel: 'cancelled', 'pass-stage': undefined, pass: 'passed'};

const isWanted = (action: ActionName, outcome: Outcome): boolean => wanted[action] === outcome.word;

const width = 80;

const labelWidth = 9;

const field = (label: string, text: string): readonly string[] =>
	wrapText(text, width - labelWidth).map((line, index) => `${cell(index === 0 ? label : '', labelWidth)}${line}`);

/** The lines that the confirmation on screen shows. */
const planLines = ({order, touches, lock, hazards, command}: Plan, outcome: Outcome): readonly string[] => {
	const {confirmation: words} = messages().screens;
	return [
		...field(words.agent, order.agentLabel),
		...field(words.task, fullName(order.task)),
		...field(words.now, words.outcome(outcomeLabel(outcome), order.snapshot.stage)),
		...field(order.target.kind === 'task' ? words.id : words.stageId, order.target.id),
		...field(words.stages, touches),
		...field(words.lock, lock),
		...hazards.flatMap(hazard => field(words.hazard, hazard)),
		...field(words.note, words.mayRefuse),
		...(command === undefined ? [] : field(words.command, command)),
	];
};

type OperationRequest = {
	readonly operation: Operation;
	readonly taskId: string;
	/** The stage to mark as passed, instead of the task. */
	readonly nodeId: string | undefined;
	readonly isConfirmed: boolean;
	readonly isWaiting: boolean;
	/** ms for the first responses. */
	readonly answerTimeout: number;
	/** ms for everything; no limit if undefined. */
	readonly timeout: number | undefined;
};

type OperationDeps = {
	readonly clock: Clock;
	/** Text for people; scripts need only the exit code. */
	readonly write: (text: string) => void;
	/** Undefined without a terminal to ask on. */
	readonly keyReader: KeyReader | undefined;
	readonly signal: AbortSignal;
};

type Decided = {readonly ok: true; readonly reference: TaskReference; readonly plan: Plan} | {readonly ok: false; readonly why: string; readonly code: ExitCode};

const no = (why: string, code: ExitCode): Decided => ({ok: false, why, code});

const decide = (state: State, {operation, taskId, nodeId}: OperationRequest): Decided => {
	const {faults: {about}, output: {operate: words}} = messages();
	const [entry] = state.agents.values();
	if (!entry) {
		return no(words.noAgent, exitCodes.usage.code);
	}

	const problem = problemText(state, entry, state.view.hour);
	if (problem !== undefined) {
		return no(about(entry.address.label, problem), codeOfConnection(entry));
	}

	const found = findNamedTask(state, entry, taskId);
	if (!found.ok) {
		return no(found.why, exitCodes.usage.code);
	}

	const planned = planOf(state, found.reference, nodeId === undefined ? operation : 'pass-stage');
	if (!planned.ok) {
		return no(words.notOffered(planned.why), exitCodes.refused.code);
	}

	const {target} = planned.plan.order;
	return nodeId !== undefined && nodeId !== target.id
		? no(words.otherStage(nodeId, target.id), exitCodes.refused.code)
		: {ok: true, reference: found.reference, plan: planned.plan};
};

/** Aborted once the task has changed. */
const untilMoved = (store: Store, reference: TaskReference, {order}: Plan, signal: AbortSignal): {readonly signal: AbortSignal; readonly stop: () => void} => {
	const controller = new AbortController();
	const unsubscribe = store.subscribe(() => {
		const dag = findTask(store.getState(), reference);
		if (!dag || !isSameSnapshot(snapshotOf(dag), order.snapshot)) {
			controller.abort();
		}
	});
	return {signal: AbortSignal.any([controller.signal, signal]), stop: unsubscribe};
};

const confirm = async ({store, fleet}: Fleet, {reference, plan}: Extract<Decided, {ok: true}>, {keyReader, write, signal, clock}: OperationDeps): Promise<ExitCode | undefined> => {
	if (!keyReader) {
		write(`${messages().output.operate.noTerminal}\n`);
		return exitCodes.usage.code;
	}

	const noun = messages().screens.actions.nouns[plan.order.action];
	const {askKey, askName, keys, notSent, changed} = messages().output.operate;
	const question = plan.typed.length === 0 ? askKey(noun) : askName(noun);
	const moved = untilMoved(store, reference, plan, signal);
	// A confirmation must not rest on data that is half a minute old.
	let cancelLook = (): void => undefined;
	const look = (): void => {
		cancelLook = clock.schedule(() => {
			fleet.refresh();
			look();
		}, 3000);
	};

	look();
	const verdict = await askToConfirm({keyReader, clock, write, question, wanted: plan.typed, yes: keys, signal: moved.signal});
	cancelLook();
	moved.stop();
	switch (verdict) {
		case 'confirmed': {
			return undefined;
		}

		case 'declined': {
			write(`${notSent}\n`);
			return exitCodes.refused.code;
		}

		case 'interrupted': {
			write(`${notSent}\n`);
			return exitCodes.interrupted.code;
		}

		case 'gone': {
			write(`${changed}\n`);
			return exitCodes.refused.code;
		}
	}
};

const codeOfResponse = (response: OperationResponse): ExitCode => {
	switch (response.type) {
		case 'accepted': {
			return exitCodes.done.code;
		}

		case 'refused':
		case 'unknown': {
			return exitCodes.refused.code;
		}

		case 'not-sent': {
			return response.trouble === undefined ? exitCodes.refused.code : exitCodes[response.trouble].code;
		}
	}
};

const responseLine = (noun: string, response: OperationResponse): string => {
	const words = messages().output.operate;
	const audit = response.auditProblem === undefined ? '' : `\n${words.auditFailed(response.auditProblem)}`;
	switch (response.type) {
		case 'accepted': {
			return `${words.accepted(noun)}${audit}\n`;
		}

		case 'refused': {
			return `${words.refused(noun, operationText(response.fault))}${audit}\n`;
		}

		case 'unknown': {
			return `${words.unknown(noun, operationText(response.fault))}${audit}\n`;
		}

		case 'not-sent': {
			return `${words.failed(noun, operationText(response.fault))}${audit}\n`;
		}
	}
};

/** Says that the config file forbids it, and what to do. */
export const exemptText = (label: string, why: string): string => messages().output.operate.exempt(label, why);

type Fleet = Pick<OpenFleet, 'store' | 'fleet' | 'firstRound'>;

/** Waits until the operation takes effect, then like `--wait` for the end of its task. */
const follow = async (open: Fleet, {reference, plan}: Extract<Decided, {ok: true}>, {clock, signal, write}: OperationDeps, {timeout = Infinity, begin}: {readonly timeout: number | undefined; readonly begin: number}): Promise<ExitCode> => {
	const {store} = open;
	const rest = (): number => Math.max(0, begin + timeout - clock.now());
	const isHurried = rest() < moveTimeout;
	const endReporting = reportProgress(store, reference, line => {
		write(`${line}\n`);
	});
	try {
		if (!await waitForMove({store, task: reference, clock, signal, timeout: Math.min(moveTimeout, rest())})) {
			write(signal.aborted ? '' : `${messages().output.operate.noEffect(formatDuration(isHurried ? timeout : moveTimeout))}\n`);
			return signal.aborted ? exitCodes.interrupted.code : (isHurried ? exitCodes.timeout.code : exitCodes.refused.code);
		}

		const {code} = await waitFor(open, {tasks: {type: 'these', tasks: [reference]}, timeout: rest()}, {clock, signal});
		if (signal.aborted) {
			return exitCodes.interrupted.code;
		}

		const dag = findTask(store.getState(), reference);
		const outcome = dag && taskOutcome(dag);
		if (code === exitCodes.timeout.code) {
			write(`${messages().output.operate.notFinished(formatDuration(timeout))}\n`);
		}

		return code === exitCodes.timeout.code || !outcome || !isWanted(plan.order.action, outcome) ? code : exitCodes.done.code;
	} finally {
		endReporting();
	}
};

/** Runs one operation on one task: shows the plan, asks, sends it once, and reports the result. Resolves to the exit code. */
export const runOperation = async (open: Fleet, request: OperationRequest, deps: OperationDeps): Promise<ExitCode> => {
	const {store, fleet, firstRound} = open;
	const {clock, write, signal} = deps;
	const begin = clock.now();
	await within(firstRound, {timeout: Math.min(request.answerTimeout, request.timeout ?? Infinity), clock, signal});
	const decided = decide(store.getState(), request);
	if (!decided.ok) {
		write(`${messages().usage.line(decided.why)}\n`);
		return decided.code;
	}

	const {reference, plan} = decided;
	const why = await fleet.whyExempt(plan.order.agent);
	if (why !== undefined) {
		write(`${messages().usage.line(exemptText(plan.order.agentLabel, why))}\n`);
		return exitCodes.refused.code;
	}

	const dag = findTask(store.getState(), reference);
	write(`${(dag ? planLines(plan, taskOutcome(dag)) : []).join('\n')}\n`);
	const code = request.isConfirmed ? undefined : await confirm(open, decided, deps);
	if (code !== undefined) {
		return code;
	}

	store.dispatch({type: 'operation-begun', task: reference, order: plan.order});
	const response = await fleet.operate(plan.order);
	write(responseLine(messages().screens.actions.nouns[plan.order.action], response));
	return request.isWaiting && (response.type === 'accepted' || response.type === 'unknown')
		? follow(open, decided, deps, {timeout: request.timeout, begin})
		: codeOfResponse(response);
};
