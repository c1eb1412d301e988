import {type ReadStream} from 'node:tty';
import {type Size} from '../../store/state.js';
import {type Background, createTheme, type Theme, type ThemeMode} from '../theme.js';
import {type openScreen as OpenScreen} from './screen.js';

type Env = Readonly<Record<string, string | undefined>>;

const darkest = 6;

const darkGrey = 8;

/** The background by COLORFGBG, which some terminals set: "15;0", the number of its one of the 16 colours at the end. */
const backgroundOf = ({COLORFGBG: colors = ''}: Env): Background | undefined => {
	const number = /;(\d{1,2})$/.exec(colors)?.[1];
	return number === undefined ? undefined : (Number(number) <= darkest || Number(number) === darkGrey ? 'dark' : 'light');
};

/** Whether a screen reader reads it: Ink's own variable. */
export const isScreenRead = (env: Env): boolean => env['INK_SCREEN_READER'] === 'true';

/** The look of a screen before its terminal says more. */
export const screenTheme = ({isAscii, isColored, themeMode}: {readonly isAscii: boolean; readonly isColored: boolean; readonly themeMode: ThemeMode}, env: Env): Theme =>
	createTheme({isRead: isScreenRead(env), isAscii, isColorful: isColored, mode: themeMode, background: backgroundOf(env)});

/** The traditional size of a terminal. */
const usual: Size = {columns: 80, rows: 24};

/** A number of columns or rows that a terminal can have. */
const read = (text: string | undefined): number | undefined => text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;

/** The size of a terminal. A serial line, or a container without a window, says 0x0: then COLUMNS and LINES count, as in other programs, else 80x24. */
export const terminalSize = ({columns = 0, rows = 0}: Partial<Size>, env: Env): Size => ({
	columns: columns > 0 ? columns : read(env['COLUMNS']) ?? usual.columns,
	rows: rows > 0 ? rows : read(env['LINES']) ?? usual.rows,
});

const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

/** The same terminal, always with a size. Without one, Ink would start programs to find it. */
export const sizedTerminal = (terminal: NodeJS.WriteStream, env: Env): NodeJS.WriteStream => new Proxy(terminal, {
	get(target, property) {
		if (property === 'columns' || property === 'rows') {
			return terminalSize(target, env)[property];
		}

		const value: unknown = Reflect.get(target, property, target);
		return isFunction(value) ? value.bind(target) : value;
	},
});

/**
Loads Ink and the screens, which is most of the program's start. Keys that are pressed meanwhile wait in the terminal until the screen reads
them.
Undefined if the program is to end before the screen is loaded; rejects if a part of the program is missing. In both cases the terminal is
unchanged.
*/
export const loadScreen = async (stdin: ReadStream, signal: AbortSignal): Promise<typeof OpenScreen | undefined> => {
	stdin.setRawMode(true);
	let openScreen: typeof OpenScreen | undefined;
	try {
		({openScreen} = await import('./screen.js'));
	} finally {
		if (!openScreen || signal.aborted) {
			stdin.setRawMode(false);
		}
	}

	return signal.aborted ? undefined : openScreen;
};
