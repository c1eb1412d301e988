// A replay, with or without a screen. It never uses the network.

import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {exitCodes} from '../../headless/exit-codes.js';
import {createOutput} from '../../headless/output.js';
import {recordedLines, type RecordedMode, runRecorded} from '../../headless/replay.js';
import {createColorize} from '../../headless/text.js';
import {systemClock as clock} from '../../lib/clock.js';
import {leaveRemovedFolder} from '../../lib/folders.js';
import {messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {createOnDemandResponses} from '../../recording/on-demand.js';
import {createPlayer} from '../../recording/player.js';
import {openRecording, type Recording} from '../../recording/reader.js';
import {createReplayTime} from '../../recording/replay-clock.js';
import {initialState} from '../../store/initial-state.js';
import {createStore} from '../../store/store.js';
import {keysFor} from '../../ui/keys/resolve.js';
import {type KeyRecord} from '../../ui/keys/table.js';
import {loadScreen, screenTheme, sizedTerminal} from '../../ui/terminal/load-screen.js';
import {type AgentsColumn} from '../../store/state.js';
import {type ThemeMode} from '../../ui/theme.js';
import {type Command, type RunDeps} from '../command.js';
import {mergeSettings} from '../config/settings.js';
import {fail, failure, problemOfTerminal, type Result, usageLine} from '../fail.js';
import {valueOf, type Values} from '../options.js';
import {showScreen} from '../show-screen.js';
import {readKeys} from '../targets.js';
import {readNumber, speeds} from '../values.js';

type ReplayOptions = {
	/** A recording, or a folder of them, as given. */
	readonly place: string;
	readonly mode: {readonly type: 'screen'} | RecordedMode;
	/** A factor. */
	readonly speed: number;
	readonly isAscii: boolean;
	readonly themeMode: ThemeMode;
	readonly columns: readonly AgentsColumn[] | undefined;
	readonly isColored: boolean;
	readonly hasMouse: boolean;
	readonly keepsRuns: boolean;
	/** The key table with the config file's keys. */
	readonly keys: readonly KeyRecord[];
};

// An option that would silently do nothing is a mistake to report.
const readMode = (values: Values): Result<ReplayOptions['mode']> => {
	const words = messages().usage.command;
	const isJson = values.has('json');
	const detail = (['logs', 'stages'] as const).find(name => values.has(name));
	if (values.has('once') && values.has('watch')) {
		return failure(words.together('--once', '--watch'));
	}

	if (detail && !values.has('once') && !isJson) {
		return failure(values.has('watch') ? words.together(`--${detail}`, '--watch') : words.needs(`--${detail}`, ['--once', '--json']));
	}

	if (!values.has('once') && !values.has('watch') && !isJson) {
		return {ok: true, value: {type: 'screen'}};
	}

	const lonely = (['ascii', 'unicode', 'theme', 'mouse', 'speed'] as const).find(name => values.has(name));
	if (lonely) {
		return failure(words.screenOnly(`--${lonely}`));
	}

	if (values.has('watch')) {
		return detail ? failure(words.together(`--${detail}`, '--watch')) : {ok: true, value: {type: 'watch', isJson}};
	}

	return {ok: true, value: {type: 'once', isJson, detail: detail ?? 'tasks'}};
};

const read: Command<ReplayOptions>['read'] = (list, values, {env, config}) => {
	const [place, ...more] = list.flatMap(argument => argument.type === 'positional' ? [argument.value] : []);
	if (place === undefined || place === '') {
		return failure(messages().usage.command.replayFile);
	}

	if (more.length > 0) {
		return failure(messages().usage.command.replayFiles);
	}

	const mode = readMode(values);
	const speed = readNumber('speed', valueOf('replay', 'speed', values), speeds);
	const settings = mergeSettings(values, env, config);
	const keys = readKeys(config);
	if (!mode.ok || !speed.ok || !settings.ok || !keys.ok) {
		return [mode, speed, settings, keys].find(result => !result.ok) ?? failure('');
	}

	const {theme: {ascii, color, mode: themeMode}, columns, mouse, usual} = settings.value;
	return {ok: true, value: {place, mode: mode.value, speed: speed.value, isAscii: ascii.value, isColored: color.value, themeMode: themeMode.value, columns: columns.value, hasMouse: mouse.value, keepsRuns: usual.value, keys: keys.value}};
};

const nothingRecorded = {type: 'error', error: {type: 'protocol', problem: 'replayed'}} as const;

const showRecording = async (recording: Recording, {speed, keys, columns, hasMouse, keepsRuns, ...look}: ReplayOptions, {version, signal}: RunDeps): Promise<number> => {
	leaveRemovedFolder();
	const stdout = sizedTerminal(process.stdout, process.env);
	const time = createReplayTime(clock.now);
	const first = await recording.read(0).next();
	const agents = !first.done && first.value.line?.type === 'beginning' ? first.value.line.agents : [];
	const replay = {speed, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0} as const;
	const store = createStore(initialState(agents, {columns: stdout.columns, rows: stdout.rows}, {columns, replay, keepsRuns}), time.now);
	const player = createPlayer({recording, store, time, onDemand: createOnDemandResponses({recording, store, now: time.now}), clock, speed, nextTurn});
	const openScreen = await loadScreen(process.stdin, signal);
	if (!openScreen) {
		return exitCodes.done.code;
	}

	return showScreen(openScreen, {
		stdout, store, present: time.now, theme: screenTheme(look, process.env), keys: keysFor('replay', keys), hasMouse, version, signal,
		fetchLog: async () => nothingRecorded,
		secrets: () => [],
		onPassword: () => undefined,
		onRequest(request) {
			// Keys of a replay request nothing else.
			if (request.type === 'replay') {
				player.command(request.command);
			}
		},
		async work(_screen, closed) {
			closed.addEventListener('abort', player.close);
			await player.run();
		},
	});
};

/** Replays until the user quits, the recording ends or the signal comes. */
export const replay: Command<ReplayOptions> = {
	read,
	async run(options, deps) {
		const {place, mode, isColored, keepsRuns} = options;
		const opened = await openRecording(place);
		if (!opened.ok) {
			return fail(usageLine(messages().faults.about(printable(place), opened.problem)), exitCodes.usage.code);
		}

		const {recording} = opened;
		try {
			if (mode.type === 'screen') {
				// Problems of the file are the same with and without a terminal.
				const problem = problemOfTerminal(messages().usage.terminal.insteadOfReplay);
				return problem === undefined ? await showRecording(recording, options, deps) : fail(problem, exitCodes.usage.code);
			}

			const {stdout, stderr} = process;
			const {code, recorded} = await runRecorded(recording.read(0), mode, {clock, output: createOutput(stdout), colorize: createColorize(isColored && stdout.isTTY), keepsRuns, ...deps});
			await createOutput(stderr).write(recordedLines(recorded).map(line => `${usageLine(line)}\n`).join(''));
			return code;
		} finally {
			await recording.close();
		}
	},
};
