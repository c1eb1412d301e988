import {textMargin} from '../../store/layout.js';
import {wrapWords} from '../../text/wrap-words.js';
import {markerWidth} from './table.js';

/** What stands in the place of a list that is empty, below its head, as lines of at most `width` columns. */
export const noteLines = (text: string, width: number): readonly string[] =>
	wrapWords(text, width - markerWidth - textMargin.right).map(line => ' '.repeat(markerWidth) + line);
