import {type Staleness} from '../../store/views.js';
import {formatInstant, localOffset} from '../../format/clock-time.js';
import {fitLine, piece, type Piece} from '../piece.js';
import {type Theme} from '../theme.js';
import {keyLines} from './key-lines.js';

/** That the agent cannot be asked, and of when the data below are; where its key changed, both keys. No line while it answers. */
export const stalenessLines = (staleness: Staleness | undefined, {width, hour}: {readonly width: number; readonly hour: number}, theme: Theme): ReadonlyArray<readonly Piece[]> => {
	if (!staleness) {
		return [];
	}

	const {problem, asOf, keys} = staleness;
	const age = asOf === undefined ? '' : ` ${theme.glyphs.dot} below: as of ${formatInstant(asOf, localOffset(asOf), hour)}`;
	return [fitLine([piece(` ${problem}`, 'bad'), piece(age, 'quiet')], width, theme.glyphs.ellipsis), ...(keys ? keyLines(keys, width) : [])];
};
