// The composition root of a replay: the screen of a monitor on what was recorded. Nothing in it knows a network.

import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {createOwnExporter} from '../export/exporter.js';
import {exitCodes} from '../headless/exit-codes.js';
import {systemClock} from '../lib/clock.js';
import {createOnDemandResponses} from '../recording/on-demand.js';
import {createPlayer} from '../recording/player.js';
import {type Recording} from '../recording/reader.js';
import {createReplayTime} from '../recording/replay-clock.js';
import {type Request} from '../store/actions.js';
import {initialState} from '../store/initial-state.js';
import {createStore} from '../store/store.js';
import {expireNotices} from '../ui/effects/notices.js';
import {workOnLogs} from '../ui/effects/timers.js';
import {keysFor} from '../ui/keys/resolve.js';
import {type KeyRecord} from '../ui/keys/table.js';
import {createJobControl} from '../ui/terminal/job-control.js';
import {openScreen} from '../ui/terminal/screen.js';
import {sizedTerminal} from '../ui/terminal/terminal-size.js';
import {createTheme} from '../ui/theme.js';

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

const nothingRecorded = {type: 'error', error: {type: 'protocol', message: 'this is a recording: nobody is asked'}} as const;

/** Shows the recording until the user quits or the signal comes. Resolves to the exit code; rejects with what was thrown while rendering or reading, the terminal restored. */
export const runReplayScreen = async ({recording, speed, keys, isAscii, isColored, version, signal}: ReplayScreenOptions): Promise<number> => {
	const {stdin} = process;
	const stdout = sizedTerminal(process.stdout, process.env);
	const clock = systemClock;
	const time = createReplayTime(clock.now);
	const first = await recording.read(0).next();
	const agents = !first.done && first.value.line?.type === 'beginning' ? first.value.line.agents : [];
	const replay = {speed, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0} as const;
	const store = createStore(initialState(agents, {columns: stdout.columns, rows: stdout.rows - 1}, {replay}), time.now);
	const asides = createOnDemandResponses({recording, store, now: time.now});
	const player = createPlayer({recording, store, time, onDemand: asides, clock, speed, nextTurn});

	let {code}: {code: number} = exitCodes.done;
	const onRequest = (request: Exclude<Request, {type: 'redraw' | 'suspend'}>): void => {
		switch (request.type) {
			case 'quit': {
				code = exitCodes[request.isInterrupt ? 'interrupted' : 'done'].code;
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
				player.command(request.wish);
				break;
			}

			// No key of a replay asks for these.
			case 'refresh':
			case 'operate':
			case 'accept-keys': {
				break;
			}
		}
	};

	const screen = openScreen({
		stdout, stdin, stderr: process.stderr, store, clock, present: time.now, theme: createTheme({isAscii, isColorful: isColored}), keys: keysFor('replay', keys),
		jobControl: createJobControl(process), onRequest, onPassword: () => undefined,
	});
	const takeAway = createOwnExporter({
		store, clock, screen, fetchLog: async () => nothingRecorded,
		version, secrets: () => [],
	});
	const ends = [expireNotices(store, clock), workOnLogs(store, clock)];
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

		return end === 'gone' ? exitCodes.hungUp.code : code;
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
