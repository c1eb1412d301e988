// The composition root of a replay: the screen of a monitor on what was recorded. Nothing in it knows a network.

import {randomBytes} from 'node:crypto';
import os from 'node:os';
import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {type KeyRecord} from '../keymap/key-record.js';
import {keysFor} from '../keymap/read-keys.js';
import {type Recording} from '../recording/open-recording.js';
import {createAsides} from '../replay/create-asides.js';
import {createPlayer} from '../replay/create-player.js';
import {createReplayTime} from '../replay/replay-time.js';
import {type Request} from '../store/action.js';
import {createStore} from '../store/create-store.js';
import {initialState} from '../store/initial-state.js';
import {systemClock} from '../system/clock.js';
import {createTakeAway} from '../take-away/create-take-away.js';
import {saveFolders} from '../take-away/save-folders.js';
import {createJobControl} from '../ui/terminal/job-control.js';
import {openScreen} from '../ui/terminal/open-screen.js';
import {createTheme} from '../ui/theme.js';
import {letNoticesGo} from './let-notices-go.js';
import {workOnLogs} from './work-on-logs.js';

export type ReplayScreenOptions = {
	readonly recording: Recording;
	readonly speed: number;
	readonly keys: readonly KeyRecord[];
	readonly isAscii: boolean;
	readonly isColored: boolean;
	/** obwatch's own. */
	readonly version: string;
	/** Ends it from outside. */
	readonly signal: AbortSignal;
};

const succeeded = 0;
/** 128 + SIGHUP, as a shell counts. */
const terminalGone = 129;
/** 128 + SIGINT. */
const interrupted = 130;

const nothingRecorded = {type: 'error', error: {type: 'protocol', message: 'this is a recording: nobody is asked'}} as const;

/** Shows the recording until the user quits or the signal comes. Resolves to the exit code; rejects with what was thrown while rendering or reading, the terminal restored. */
export const runReplayScreen = async ({recording, speed, keys, isAscii, isColored, version, signal}: ReplayScreenOptions): Promise<number> => {
	const {stdout, stdin} = process;
	const clock = systemClock;
	const time = createReplayTime(clock.now);
	const first = await recording.read(0).next();
	const agents = !first.done && first.value.line?.type === 'beginning' ? first.value.line.agents : [];
	const replay = {speed, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0} as const;
	const store = createStore(initialState(agents, {columns: stdout.columns, rows: stdout.rows - 1}, {replay}), time.now);
	const asides = createAsides({recording, store, now: time.now});
	const player = createPlayer({recording, store, time, asides, clock, speed, nextTurn});

	let code = succeeded;
	const onRequest = (request: Exclude<Request, {type: 'redraw' | 'suspend'}>): void => {
		switch (request.type) {
			case 'quit': {
				code = request.isInterrupt ? interrupted : succeeded;
				screen.close();
				break;
			}

			case 'copy':
			case 'save-log':
			case 'open-pager':
			case 'save-bundle': {
				takeAway.request(request);
				break;
			}

			case 'replay': {
				player.wish(request.wish);
				break;
			}

			// No key of a replay asks for these.
			case 'refresh':
			case 'operate':
			case 'accept-key': {
				break;
			}
		}
	};

	const screen = openScreen({
		stdout, stdin, stderr: process.stderr, store, clock, present: time.now, theme: createTheme({isAscii, isColorful: isColored}), keys: keysFor('replay', keys),
		jobControl: createJobControl(process), onRequest, onPassword: () => undefined,
	});
	const takeAway = createTakeAway({
		store, clock, screen, fetchLog: async () => nothingRecorded,
		env: process.env, folders: saveFolders, temporaryFolder: os.tmpdir(), version,
		secrets: () => [],
		token: () => randomBytes(6).toString('hex'),
	});
	const ends = [letNoticesGo(store, clock), workOnLogs(store, clock)];
	const finish = (): void => {
		void takeAway.stop();
		screen.close();
	};

	let fault: {readonly error: unknown} | undefined;
	const play = async (): Promise<void> => {
		try {
			await player.run();
		} catch (error) {
			fault = {error};
		}

		screen.close();
	};

	signal.addEventListener('abort', finish);
	const playing = play();
	try {
		const end = await screen.waitUntilExit();
		if (fault) {
			throw fault.error;
		}

		return end === 'gone' ? terminalGone : code;
	} finally {
		signal.removeEventListener('abort', finish);
		for (const end of ends) {
			end();
		}

		player.close();
		await takeAway.stop();
		await playing;
	}
};
