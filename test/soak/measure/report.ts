import {type Reading} from './gauge.js';
import {type Verdict} from './judge.js';

const mebibyte = 1024 * 1024;

const amount = (quantity: keyof Reading, value: number): string =>
	quantity === 'heap' || quantity === 'code' || quantity === 'external' ? `${(value / mebibyte).toFixed(2)} MB` : String(value);

const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const names: Readonly<Record<keyof Reading, string>> = {
	heap: 'heap', code: 'compiled code', external: 'buffers and wasm', timers: 'timers', handles: 'handles', sockets: 'sockets', listeners: 'listeners',
};

/** The verdicts as a table that is also Markdown. */
export const table = (verdicts: readonly Verdict[]): string => [
	rowOf(['', 'first', 'last', 'trend', 'tolerated', '']),
	rowOf(['---', '---', '---', '---', '---', '---']),
	...verdicts.map(({quantity, first, last, growth, tolerance, isGrowing}) => rowOf([
		names[quantity], amount(quantity, first), amount(quantity, last), `${growth < 0 ? '' : '+'}${amount(quantity, growth)}`, amount(quantity, tolerance), isGrowing ? 'GROWS' : 'ok',
	])),
].join('\n');
