// Where the rows of lists are on the screen: as they were laid out, so that no one has to count the lines around them.

import {Box, type DOMElement, measureElement} from 'ink';
import {createContext, type ReactNode, useContext, useLayoutEffect, useRef} from 'react';

type Keyed = {readonly key: string};

type Placed = {readonly element: DOMElement; readonly rows: readonly Keyed[]};

/** The lists on the screen. */
export type PlacedLists = {
	/** Notes that these rows are the lines of an element. Returns what forgets it. */
	readonly add: (list: Placed) => () => void;
	/** The key of the row in that column and line of the terminal, both from 0; undefined if none is there. */
	readonly rowAt: (column: number, line: number) => string | undefined;
};

const isWithin = (element: DOMElement, column: number, line: number): boolean => {
	const {x, y, width, height} = measureElement(element);
	return column >= x && column < x + width && line >= y && line < y + height;
};

/** Whether a place is in sight, and not beyond the part that is cut off where there is no room. */
const isInSight = (element: DOMElement, column: number, line: number): boolean => {
	for (let current = element.parentNode; current; current = current.parentNode) {
		if (current.style.overflowY === 'hidden' && !isWithin(current, column, line)) {
			return false;
		}
	}

	return true;
};

export const createPlacedLists = (): PlacedLists => {
	const lists = new Set<Placed>();
	return {
		add(list) {
			lists.add(list);
			return () => {
				lists.delete(list);
			};
		},
		rowAt(column, line) {
			const list = lists.values().find(({element}) => isWithin(element, column, line) && isInSight(element, column, line));
			return list?.rows[line - measureElement(list.element).y]?.key;
		},
	};
};

/** Undefined where nobody asks. */
export const PlacedListsContext = createContext<PlacedLists | undefined>(undefined);

/** The rows of a list, each in one line. */
export const Rows = ({rows, children}: {readonly rows: readonly Keyed[]; readonly children: ReactNode}): ReactNode => {
	const lists = useContext(PlacedListsContext);
	const element = useRef<DOMElement>(null);
	useLayoutEffect(() => element.current ? lists?.add({element: element.current, rows}) : undefined, [lists, rows]);
	return <Box ref={element} flexDirection='column' flexShrink={0}>{children}</Box>;
};
