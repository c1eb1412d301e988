import {shownStage} from '../protocol/outcome.js';
import {type Progress, type TimeSpan, type TaskCells} from '../store/selectors/view-types.js';

/** `width` columns that fill up as stages are done. A bar is full only if all are, and empty only if none is. */
export const progressBar = ({done, total}: Progress, width: number, {filled, empty}: {readonly filled: string; readonly empty: string}): string => {
	if (total <= 0 || width <= 0) {
		return empty.repeat(Math.max(0, width));
	}

	const share = Math.round((done / total) * width);
	const columns = done <= 0 ? 0 : (done >= total ? width : Math.min(Math.max(1, share), Math.max(1, width - 1)));
	return filled.repeat(columns) + empty.repeat(width - columns);
};

/** The bar of a task's stages; none for a task whose only stage is not done, of which an empty one would say nothing. */
export const stagesBar = (progress: Progress, width: number, glyphs: {readonly filled: string; readonly empty: string}): string =>
	progress.total === 0 || (progress.total === 1 && progress.done === 0) ? '' : progressBar(progress, width, glyphs);

/** A span on `width` columns: how many columns are before it, and how many it takes, at least one. */
export const placeSpan = ({start, end}: TimeSpan, width: number): {readonly before: number; readonly length: number} => {
	const before = Math.min(Math.floor(start * width), Math.max(0, width - 1));
	const last = Math.min(Math.max(Math.round(end * width), before + 1), width);
	return {before, length: Math.max(0, last - before)};
};

/** The head of a timeline: its start, middle and end, as far as they fit. */
export const axis = (labels: {readonly start: string; readonly middle: string; readonly end: string}, width: number): string => {
	const {start, middle, end} = labels;
	const half = Math.floor(width / 2);
	const isRoomForEnd = start.length + 1 + end.length <= width;
	const isRoomForMiddle = isRoomForEnd && middle !== start && middle !== end && start.length < half && half + middle.length + 1 <= width - end.length;
	const left = isRoomForMiddle ? start.padEnd(half) + middle : start;
	return isRoomForEnd ? left + end.padStart(width - left.length) : start.slice(0, Math.max(0, width)).padEnd(Math.max(0, width));
};

/** The current stage, of how many: "3/11". Empty without stages. */
export const stageText = ({outcome, progress: {stage, total}}: Pick<TaskCells, 'outcome' | 'progress'>): string =>
	total === 0 ? '' : `${shownStage(outcome, stage)}/${total}`;
