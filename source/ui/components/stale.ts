import {stalenessLines as linesOf, textMargin} from '../../store/layout.js';
import {type Staleness} from '../../store/selectors/view-types.js';
import {fitLine, type Span, span} from '../span.js';
import {type Theme} from '../theme.js';
import {keyLines} from './footer.js';

/** That the agent cannot be asked, of when the data below are, and where it keeps its log; where its key changed, both keys. No line while it answers. */
export const stalenessLines = (staleness: Staleness | undefined, {width, hour}: {readonly width: number; readonly hour: number}, {glyphs}: Theme): ReadonlyArray<readonly Span[]> => {
	if (!staleness) {
		return [];
	}

	const {rows, keys} = staleness;
	const lines = linesOf(staleness, {
		width: width - textMargin.left - textMargin.right, most: rows, hour, mark: glyphs.ellipsis,
	});
	// The store counted the lines: the list below has its height from that.
	const said = Array.from({length: rows}, (_, row) => {
		const {problem = '', detail = ''} = lines[row] ?? {};
		return fitLine([span(` ${problem}`, 'bad'), span(detail.replaceAll('·', glyphs.dot), 'quiet')], width, glyphs.ellipsis);
	});
	return [...said, ...(keys ? keyLines(keys, width) : [])];
};
