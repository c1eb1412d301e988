import {hasControls} from '../protocol/printable.js';
import {topScreen} from '../store/locate.js';
import {copyText} from '../store/log/copy-text.js';
import {logKey} from '../store/log/open-logs.js';
import {bufferedWords, copying, loadTmuxBuffer} from './clipboard.js';
import {type Desk} from './desk.js';
import {logContent, openLogOf, type OpenLog} from './open-log.js';
import {pagerWords, runPager} from './pager.js';
import {wholeLogOf, type WholeLog} from './whole-log.js';
import {withPrivateFile, writeNewFiles} from './write-new-file.js';

/** Copies from the open log: inside tmux to its buffer, else to the terminal's clipboard. */
export const copy = async ({store, screen, env, clock, signal, say}: Desk, what: 'line' | 'screen'): Promise<void> => {
	const text = copyText(store.getState(), what);
	if (text === undefined) {
		say('there is nothing to copy here');
		return;
	}

	const isInsideTmux = (env['TMUX'] ?? '') !== '';
	if (isInsideTmux && await loadTmuxBuffer(text, {env, clock, signal})) {
		say(bufferedWords(text, what));
		return;
	}

	if (signal.aborted) {
		return;
	}

	const {sequence, notice} = copying(text, what, isInsideTmux);
	screen.writeControl(sequence);
	say(notice);
};

type ReadLog = {readonly log: OpenLog; readonly whole: WholeLog};

const fetchWhole = async ({fetchLog, signal}: Desk, {agent, subTask, buffer}: OpenLog): Promise<WholeLog> => agent === undefined
	? {buffer, shortfall: 'no agent is known that could be asked for it', error: undefined}
	: wholeLogOf(await fetchLog(agent, subTask.id, signal), buffer);

/** The open log with all its lines; undefined, and said, where there is nothing to take. */
const readOpenLog = async (desk: Desk): Promise<ReadLog | undefined> => {
	const {store, say} = desk;
	const log = openLogOf(store.getState());
	if (!log) {
		say('there is no log here yet');
		return undefined;
	}

	say('reading the whole log');
	const whole = await fetchWhole(desk, log);
	if (whole.buffer.texts.length === 0) {
		say(whole.shortfall === undefined ? 'this log has no lines yet' : `there are no lines to take: ${whole.shortfall}`);
		return undefined;
	}

	return desk.signal.aborted ? undefined : {log, whole};
};

// A path leaves that much of a long reason in sight.
const reasonColumns = 40;

/** Saves the open log, fetched whole and as it was written, to a new file. */
export const saveLog = async (desk: Desk): Promise<void> => {
	const read = await readOpenLog(desk);
	if (!read) {
		return;
	}

	const made = desk.made();
	const written = await writeNewFiles([{extension: '.log', content: () => logContent(read.log, read.whole, made, 'written')}], desk.destination('log', made));
	if (!written.ok) {
		desk.say(`not saved: ${written.problem}`);
		return;
	}

	const {shortfall, buffer} = read.whole;
	const raw = buffer.raws?.texts.some(text => hasControls(text)) ? ' (raw, with control characters)' : '';
	const partly = shortfall === undefined ? '' : ` (only in part: ${shortfall})`;
	const [file = ''] = written.paths;
	desk.say(`saved ${desk.shown(file, ' saved  '.length + raw.length + Math.min(partly.length, reasonColumns))}${raw}${partly}`);
};

/** Whether a log is still what the user looks at: nobody who has gone on expects a pager. */
const isStillOpen = ({store}: Desk, {key}: OpenLog): boolean => {
	const state = store.getState();
	const top = topScreen(state);
	return state.view.overlay === undefined && top.type === 'log' && logKey(top) === key;
};

const showFile = async ({screen, store, say, env, clock, signal}: Desk, file: string): Promise<void> => {
	let words: string | undefined;
	const isLent = await screen.lend(async () => {
		words = pagerWords(await runPager({file, env, clock, signal}));
	});
	if (!isLent) {
		say('the terminal cannot be given to a pager now');
	} else if (words === undefined) {
		store.dispatch({type: 'notice-dismissed'});
	} else {
		say(words);
	}
};

/** Shows the open log, fetched whole, in the user's pager: pagers pass on to the terminal what they get, some all of it. */
export const showInPager = async (desk: Desk): Promise<void> => {
	const read = await readOpenLog(desk);
	if (!read) {
		return;
	}

	if (!isStillOpen(desk, read.log)) {
		desk.say('not opened in the pager: you went on meanwhile');
		return;
	}

	const made = desk.made();
	const content = (): Iterable<string> => logContent(read.log, read.whole, made, 'printed');
	await withPrivateFile(desk.temporaryFolder, {name: 'obwatch.log', content, signal: desk.signal}, async file => showFile(desk, file));
};
