import {sidePaneFrom} from '../../store/layout.js';
import {type TaskView} from '../../store/views.js';
import {breadcrumbLine} from '../parts/breadcrumb.js';
import {footerLine} from '../parts/footer.js';
import {frameLines, type Line} from '../parts/frame-lines.js';
import {noteLines} from '../parts/note.js';
import {operationLines} from '../parts/operation-line.js';
import {positionPieces} from '../parts/position.js';
import {stalenessLines} from '../parts/staleness.js';
import {piece, spaces, widthOf} from '../piece.js';
import {type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';
import {sidePaneLines} from './side-pane.js';
import {stageLines, stagesColumns, stagesHead} from './stages.js';
import {taskHeaderLine, whyLines} from './task-header.js';

/** Columns of the list and of the pane beside it; no pane on narrow terminals. */
export const splitWidth = (width: number): {readonly list: number; readonly side: number} => {
	if (width < sidePaneFrom) {
		return {list: width, side: 0};
	}

	const side = Math.min(90, Math.max(38, Math.floor(width * 0.4)));
	return {list: width - side, side};
};

/** Two columns of lines with a rule between them. */
const beside = (left: readonly Line[], right: readonly Line[], {list, height, theme}: {readonly list: number; readonly height: number; readonly theme: Theme}): readonly Line[] =>
	Array.from({length: height}, (_, index): Line => {
		const line = left[index] ?? [];
		return [...line, spaces(list - widthOf(line)), piece(theme.glyphs.divider, 'quiet'), spaces(1), ...right[index] ?? []];
	});

/** One task: how it is, why, and its stages along the time they took. */
export const taskScreen = (view: TaskView, props: ScreenProps): readonly Line[] => {
	const {size: {columns: width, rows}, theme, footer, hour} = props;
	const {header, list, note, side, timelineLength} = view;
	const split = side ? splitWidth(width) : {list: width, side: 0};
	const columns = stagesColumns(list.rows, list.total, split.list, theme);
	const head: readonly Line[] = [
		breadcrumbLine(view.breadcrumb, width, theme, positionPieces(list, theme)),
		...stalenessLines(view.staleness, {width, hour}, theme),
		...operationLines(view.operation, width, theme),
		taskHeaderLine(header, props),
		...whyLines(header, props),
	];
	const table: readonly Line[] = note === undefined
		? [stagesHead(columns, timelineLength, theme), ...stageLines(view, columns, split.list, theme)]
		: [[], ...noteLines(note, width).map(line => [piece(line, 'quiet')])];
	const height = rows - 1 - head.length - 1;
	return frameLines({
		head,
		body: split.side === 0 ? table : beside(table, sidePaneLines(side, {width: split.side - 3, height}, theme), {list: split.list, height, theme}),
		foot: footerLine(footer, width, theme),
	}, rows - 1);
};
