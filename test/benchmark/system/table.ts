import {verdictOn, type Figure, type Verdict} from './figure.js';

const digits = (value: number): number => {
	if (Number.isSafeInteger(value) || value >= 100) {
		return 0;
	}

	return value >= 10 ? 1 : 2;
};

const numberOf = (value: number): string => value.toLocaleString('en', {maximumFractionDigits: digits(value), minimumFractionDigits: digits(value)});

const verdictWords: Readonly<Record<Verdict, string>> = {
	'no budget': '', within: 'yes', tolerated: 'nearly', over: 'NO',
};

const cellsOf = (figure: Figure): readonly string[] => [
	figure.name,
	`${numberOf(figure.value)} ${figure.unit}`,
	figure.budget === undefined ? '' : `${figure.budget} ${figure.unit}`,
	verdictWords[verdictOn(figure)],
	figure.compared ?? '',
];

const heads = ['What', 'Measured', 'Budget', 'Kept', 'Beside it, in the same run'];

/** For a terminal. */
export const textTable = (figures: readonly Figure[]): string => {
	const rows = [heads, ...figures.map(figure => cellsOf(figure))];
	const widths = heads.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
	return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
};

/** For docs/performance.md. */
export const markdownTable = (figures: readonly Figure[]): string =>
	[heads, heads.map(() => '---'), ...figures.map(figure => cellsOf(figure))].map(row => `| ${row.join(' | ')} |`).join('\n');
