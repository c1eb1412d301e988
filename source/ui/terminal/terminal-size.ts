import {type Size} from '../../store/state.js';

type Env = Readonly<Record<string, string | undefined>>;

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
