import {columnsOf} from '../text/columns.js';
import {wrapWithin} from '../text/wrap-words.js';
import {formatInstant, localOffset} from './clock-time.js';
import {type Staleness} from './views.js';

/** A line about an agent that cannot be asked: the `problem` itself, then what is to be known beside it. */
export type StalenessLine = {readonly problem: string; readonly detail: string};

/** What separates two details; one column, as every mark that may stand in its place. */
const separator = ' · ';

const detailsOf = ({asOf, logFolder}: Omit<Staleness, 'rows'>, hour: number): readonly string[] => [
	...(asOf === undefined ? [] : [`below: as of ${formatInstant(asOf, localOffset(asOf), hour)} local`]),
	...(logFolder === undefined ? [] : [`its log: ${logFolder}`]),
];

/** The problem whole, over several lines where it takes that, and behind or below it the details; the last ones are left out first where `most` lines do not hold them. At most `most` lines, at least one. */
export const stalenessLines = (staleness: Omit<Staleness, 'rows'>, {width, most, hour, mark}: {
	readonly width: number; readonly most: number; readonly hour: number; readonly mark?: string;
}): readonly StalenessLine[] => {
	const {problem} = staleness;
	const details = detailsOf(staleness, hour);
	const wraps = (texts: readonly string[], rows: number): readonly string[] => wrapWithin(texts, {width, rows, ...(mark !== undefined && {mark})});
	const all = details.map(detail => separator + detail).join('');
	if (all === '' || most < 2 || columnsOf(problem) + columnsOf(all) <= width) {
		const [first = '', ...rest] = wraps([problem], most);
		const isRoom = rest.length === 0 && columnsOf(first) + columnsOf(all) <= width;
		return [{problem: first, detail: isRoom ? all : ''}, ...rest.map(line => ({problem: line, detail: ''}))];
	}

	const problems = wraps([problem], most - 1);
	// From all of them down to the first alone.
	const fewer = details.map((_, index) => details.slice(0, details.length - index).join(separator));
	return [
		...problems.map(line => ({problem: line, detail: ''})),
		...wraps(fewer, most - problems.length).map(line => ({problem: '', detail: line})),
	];
};
