// For a screen reader, the screen is a text that only grows: what is new is written below what was read before.

import {Buffer} from 'node:buffer';
import {messages} from '../../lib/messages/messages.js';
import {readColumns} from '../../store/lookup.js';
import {type Size} from '../../store/state.js';
import {type AppView} from '../frame.js';
import {type Theme} from '../theme.js';
import {type FrameWriter, type WriterSink} from './frame-writer.js';

// A list has at least so many rows, whatever the terminal's size is.
const leastRows = 24;

/** The size of a screen: that of its terminal, unless it is read. */
export const sizeOf = ({columns, rows}: Size, {isRead}: Theme): Size => isRead ? {columns: readColumns, rows: Math.max(rows, leastRows)} : {columns, rows};

/** What identifies a screen to a listener. A panel only adds lines to its screen. */
const placeOf = (view: ReturnType<AnnouncerDeps['view']>): {readonly screen: string; readonly panel: string | undefined} => {
	if (!view) {
		return {screen: '', panel: undefined};
	}

	const {screen, overlay, language} = view;
	const isWhole = overlay?.type === 'help' || overlay?.type === 'confirmation' || overlay?.type === 'found-keys';
	return {
		screen: JSON.stringify([screen.type, 'breadcrumb' in screen ? screen.breadcrumb : undefined, language, isWhole && overlay.type, overlay?.type === 'help' && overlay.of]),
		panel: overlay?.type,
	};
};

type AnnouncerDeps = Pick<WriterSink, 'write' | 'finish'> & {
	/** What is on the screen. */
	readonly view: () => Pick<AppView, 'screen' | 'overlay' | 'language'> | undefined;
};

// Durations, times of day and percentages: that one of them moved on is no news.
const clocks = /\d{1,5}(?:d\d\dh|h\d\dm|m\d\ds|[dhms]\b| ?%)|\d\d?:\d\d(?::\d\d)?/g;

const logTime = /^\d\d:\d\d:\d\d\.\d{3}\P{ASCII}?,? ?/u;

/** Takes the frames that Ink writes, each a text, and passes on what is new in them. */
export const createAnnouncer = ({write, finish, view}: AnnouncerDeps): FrameWriter => {
	let before: readonly string[] = [];
	let screenBefore: string | undefined;
	let panelBefore: string | undefined;

	/** What is new since the last frame, and the selected line if it is another. A line that is no longer selected is no news. The keys are news if a panel came or went; then the selected line is read again. */
	const newsIn = (lines: readonly string[], panel: string | undefined): readonly string[] => {
		const {selected, keys} = messages().screens.reader;
		const mark = selected('');
		const bare = (line: string): string => {
			const text = line.endsWith(mark) ? line.slice(0, -mark.length) : line;
			// In a log they tell its lines apart.
			return view()?.screen.type === 'log' ? text : text.replaceAll(clocks, '0');
		};

		const counts = new Map<string, number>();
		for (const line of before) {
			counts.set(bare(line), (counts.get(bare(line)) ?? 0) + 1);
		}

		const isBack = panel === undefined && panelBefore !== undefined;
		const selectedBefore = new Set(before.filter(line => line.endsWith(mark)).map(line => bare(line)));
		return lines.filter(line => {
			// The times of a log's lines can come after the lines.
			const key = counts.has(bare(line)) ? bare(line) : bare(line).replace(logTime, '');
			const left = counts.get(key) ?? 0;
			counts.set(key, left - 1);
			if (line.startsWith(keys(''))) {
				return panel !== panelBefore;
			}

			return left <= 0 || (line.endsWith(mark) && (isBack || !selectedBefore.has(bare(line))));
		});
	};

	const take = (text: string): boolean => {
		const lines = text.split('\n').map(line => line.trim()).filter(line => line !== '');
		if (lines.length === 0) {
			return true;
		}

		const {screen, panel} = placeOf(view());
		const news = screen === screenBefore ? newsIn(lines, panel) : ['', ...lines];
		before = lines;
		screenBefore = screen;
		panelBefore = panel;
		return news.length === 0 || write(`${news.join('\n')}\n`);
	};

	return {
		write(chunk, encodingOrDone, done) {
			const whenDone = typeof encodingOrDone === 'function' ? encodingOrDone : done;
			const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
			// Modes of the terminal, which draw nothing.
			const isTaken = text.startsWith('\u001B') ? write(text) : take(text);
			return whenDone ? finish(whenDone) : isTaken;
		},
		drawOnBlank(prepare, draw) {
			screenBefore = undefined;
			prepare();
			draw();
		},
		writeBetween(sequence) {
			write(sequence);
		},
	};
};
