import {cell, columnsOf, widest} from '../lib/columns.js';
import {hasControls} from '../lib/printable.js';
import {messages} from '../lib/messages/messages.js';
import {momentText, offsetText} from '../lib/time.js';
import {withPrivateFile, writeNewFiles} from '../lib/write-file.js';
import {attemptsOf, outcomeLabel} from '../protocol/outcome.js';
import {printedTexts, writtenTexts} from '../protocol/raw-texts.js';
import {type SubTask} from '../protocol/task.js';
import {type LogBuffer} from '../store/log/buffer.js';
import {copyText} from '../store/log/cursor.js';
import {isMergedLog} from '../store/log/merge.js';
import {logOf} from '../store/log/open-logs.js';
import {logKey} from '../store/log/sources.js';
import {agentBehind, findNode, findSubTask, findTask, placeOfTask, topScreen} from '../store/lookup.js';
import {partOutcome} from '../store/selectors/basics.js';
import {type State} from '../store/state.js';
import {bufferedText, copying, loadTmuxBuffer} from './clipboard.js';
import {type Made} from './collect-logs.js';
import {type ExportContext} from './context.js';
import {fullName, inChunks, logLines, mergedLines, shortfallText, type WholeLog, wholeLogOf} from './log-text.js';
import {pagerText, runPager} from './pager.js';

/** The log on screen, with the facts for the file's head. */
type OpenLog = {
	readonly key: string;
	/** The key of the agent to fetch it from; undefined if none is known yet. */
	readonly agent: string | undefined;
	/** Undefined: several logs as one, which are known as far as they can be. */
	readonly subTask: SubTask | undefined;
	/** Of several logs, so many are still being fetched. */
	readonly waiting: number;
	/** The lines known now. */
	readonly buffer: LogBuffer;
	/** Minutes east of UTC of its times. */
	readonly offset: number;
	readonly title: ReadonlyArray<readonly [name: string, value: string]>;
};

/** The log on screen; undefined if there is none, or if its task is gone. */
const openLogOf = (state: State): OpenLog | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'log') {
		return undefined;
	}

	const dag = findTask(state, screen.task);
	const node = findNode(dag, screen.node);
	const subTask = findSubTask(node, screen.subTask);
	const {bundle: {fields}, exports: {logFields, logTask, logSubTask}, unknownAgent} = messages().output;
	const buffer = logOf(state, screen);
	const common = {
		key: logKey(screen), agent: agentBehind(state, screen.task.owner)?.address.key, waiting: state.logs.get(logKey(screen))?.waiting ?? 0, buffer, offset: dag?.utcOffset ?? 0,
	};
	if (dag && buffer.merged) {
		return {
			...common,
			subTask: undefined,
			title: [
				[fields.task, logTask(fullName(dag.name), dag.id, placeOfTask(state, screen.task))],
				...(node ? [[fields.stage, `${(dag.nodes ?? []).indexOf(node) + 1} ${fullName(node.name)}`] as const] : []),
				[logFields.agent, buffer.merged.agents.map(agent => agent === '' ? unknownAgent : agent).join(', ')],
			],
		};
	}

	return dag && node && subTask && {
		...common,
		subTask,
		title: [
			[fields.task, logTask(fullName(dag.name), dag.id, placeOfTask(state, screen.task))],
			[fields.stage, `${(dag.nodes ?? []).indexOf(node) + 1} ${fullName(node.name)}`],
			[logFields.agent, subTask.agent ?? unknownAgent],
			[logFields.subTask, logSubTask(subTask.id, outcomeLabel(partOutcome(dag, subTask)), attemptsOf(subTask))],
		],
	};
};

function * joined(...parts: ReadonlyArray<Iterable<string>>): Generator<string> {
	for (const part of parts) {
		yield * part;
	}
}

/** A log as a file: its head, then all its lines: `written` as the agent wrote them, or `printed` as a terminal can show them. `shortfall` says why it is incomplete. */
const logContent = (
	{subTask, offset, title}: OpenLog,
	{buffer, shortfall}: Pick<WholeLog, 'buffer' | 'shortfall'>,
	{at, offset: ownOffset}: Omit<Made, 'version'>,
	how: 'written' | 'printed',
): Iterable<string> => {
	const {bundle: {fields: names}, exports: {logFields, timesOfAgent}, logs: {incomplete}} = messages().output;
	const fields = [
		...title,
		...(buffer.times ? [[names.times, timesOfAgent(offsetText(offset))] as const] : []),
		[names.saved, momentText(at, ownOffset)] as const,
		...(shortfall === undefined ? [] : [[logFields.partial, incomplete(shortfallText(shortfall))] as const]),
	];
	const columns = widest(fields.map(([name]) => name), 0, Infinity);
	const head = fields.map(([name, value]) => `# ${cell(name, columns)}  ${value}`);
	const texts = how === 'written' ? writtenTexts(buffer) : printedTexts(buffer);
	const whole = {...buffer, texts};
	const lines = isMergedLog(whole) ? mergedLines(whole, offset, {named: name => name}) : logLines(whole, subTask ?? {operator: '', executeTimes: 0}, offset);
	return inChunks(joined([...head, ''], lines));
};

/** Copies from the open log: inside tmux to its buffer, otherwise to the terminal's clipboard. */
export const copy = async ({store, screen, env, clock, signal, say}: ExportContext, what: 'line' | 'screen'): Promise<void> => {
	const state = store.getState();
	const text = copyText(state, what);
	if (text === undefined) {
		say(messages().output.exports.nothingToCopy);
		return;
	}

	const top = topScreen(state);
	const hasRange = what === 'line' && top.type === 'log' && top.anchor !== undefined;
	const said = hasRange ? 'screen' : what;
	// As in vim, copying ends the selection.
	if (hasRange) {
		store.dispatch({type: 'range-ended'});
	}

	const isInsideTmux = (env['TMUX'] ?? '') !== '';
	if (isInsideTmux && await loadTmuxBuffer(text, {env, clock, signal})) {
		say(bufferedText(text, said));
		return;
	}

	if (signal.aborted) {
		return;
	}

	const {sequence, notice} = copying(text, said, isInsideTmux);
	screen.writeControl(sequence);
	say(notice);
};

type ReadLog = {readonly log: OpenLog; readonly whole: WholeLog};

const fetchWhole = async ({fetchLog, signal}: ExportContext, {agent, subTask, waiting, buffer}: OpenLog): Promise<WholeLog> => {
	if (!subTask) {
		return {buffer, shortfall: waiting > 0 ? 'fetching' : undefined, error: undefined};
	}

	return agent === undefined
		? {buffer, shortfall: 'noAgent', error: undefined}
		: wholeLogOf(await fetchLog(agent, subTask.id, signal), buffer);
};

/** The open log with all its lines; undefined, with a notice, if there is none. */
const readOpenLog = async (context: ExportContext): Promise<ReadLog | undefined> => {
	const {store, say} = context;
	const words = messages().output.exports;
	const log = openLogOf(store.getState());
	if (!log) {
		say(words.noLog);
		return undefined;
	}

	say(words.reading);
	const whole = await fetchWhole(context, log);
	if (whole.buffer.texts.length === 0) {
		say(whole.shortfall === undefined ? words.noLinesYet : words.noLines(shortfallText(whole.shortfall)));
		return undefined;
	}

	return context.signal.aborted ? undefined : {log, whole};
};

// Leaves room for part of a long reason beside a path.
const reasonColumns = 40;

/** Saves the open log, fetched completely and as it was written, to a new file. */
export const saveLog = async (context: ExportContext): Promise<void> => {
	const read = await readOpenLog(context);
	if (!read) {
		return;
	}

	const made = context.made();
	const written = await writeNewFiles([{extension: '.log', content: () => logContent(read.log, read.whole, made, 'written')}], context.destination('log', made));
	if (!written.ok) {
		context.say(messages().output.exports.notSaved(written.problem));
		return;
	}

	const {shortfall, buffer} = read.whole;
	const isRaw = buffer.raws?.texts.some(text => hasControls(text)) ?? false;
	const noticeOf = (file: string, why: string | undefined): string => messages().output.exports.savedLog(file, {isRaw, shortfall: why});
	const why = shortfall && shortfallText(shortfall);
	const bare = columnsOf(noticeOf('', undefined));
	const [file = ''] = written.paths;
	const reason = Math.min(columnsOf(noticeOf('', why)) - bare, reasonColumns);
	const shown = context.shown(file, bare + reason);
	context.say(noticeOf(shown, why));
};

/** Whether the log is still on screen: otherwise the user no longer expects a pager. */
const isStillOpen = ({store}: ExportContext, {key}: OpenLog): boolean => {
	const state = store.getState();
	const top = topScreen(state);
	return state.view.overlay === undefined && top.type === 'log' && logKey(top) === key;
};

const showFile = async ({screen, store, say, env, clock, signal}: ExportContext, file: string): Promise<void> => {
	let words: string | undefined;
	const isLent = await screen.lend(async () => {
		words = pagerText(await runPager({file, env, clock, signal}));
	});
	if (!isLent) {
		say(messages().output.exports.noTerminal);
	} else if (words === undefined) {
		store.dispatch({type: 'notice-dismissed'});
	} else {
		say(words);
	}
};

/** Shows the open log, fetched completely, in the user's pager. Its lines are printable, since pagers pass escape sequences on. */
export const showInPager = async (context: ExportContext): Promise<void> => {
	const read = await readOpenLog(context);
	if (!read) {
		return;
	}

	if (!isStillOpen(context, read.log)) {
		context.say(messages().output.exports.leftLog);
		return;
	}

	const made = context.made();
	const content = (): Iterable<string> => logContent(read.log, read.whole, made, 'printed');
	await withPrivateFile(context.temporaryFolder, {name: 'obwatch.log', content, signal: context.signal}, async file => showFile(context, file));
};
