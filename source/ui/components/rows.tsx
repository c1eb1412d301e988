// Where the rows of lists are on the screen: as they were laid out, so that no one has to count the lines around them.

import {Box, type DOMElement, measureElement} from 'ink';
import {createContext, type ReactNode, useContext, useLayoutEffect, useRef} from 'react';

type Keyed = {readonly key: string};

/** A part of the terminal: the list that all begins with (0), what it leads to (1), and so on. */
type Part = {readonly depth: number; readonly hasKeys: boolean};

type Placed = {readonly element: DOMElement; readonly rows: readonly Keyed[]};

type PlacedPart = {readonly element: DOMElement; readonly part: Part};

/** What is in a place: the key of a row, if one is there, and whether keys act there, act there after a change of panes, or only near it. */
export type Target = {readonly row: string | undefined; readonly pane: 'own' | 'other' | 'further'};

/** The lists on the screen, and the parts that it consists of, if there are several. */
export type PlacedLists = {
	/** Notes that these rows are the lines of an element. Returns what forgets it. */
	readonly add: (list: Placed) => () => void;
	readonly addPart: (part: PlacedPart) => () => void;
	/** What is in that column and line of the terminal, both from 0; undefined if a click there means nothing. */
	readonly at: (column: number, line: number) => Target | undefined;
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

/** Adds to a set. Returns what takes it out again. */
const noteIn = <Item,>(set: Set<Item>, item: Item): (() => void) => {
	set.add(item);
	return () => {
		set.delete(item);
	};
};

/** How a part stands to the one where keys act. From a preview, keys lead back to its list, and no further. */
const paneOf = ({depth}: Part, keys: number): Target['pane'] | undefined => {
	if (depth === keys) {
		return 'own';
	}

	return depth < keys || depth === 1 ? 'other' : (keys === 0 ? 'further' : undefined);
};

export const createPlacedLists = (): PlacedLists => {
	const lists = new Set<Placed>();
	const parts = new Set<PlacedPart>();
	return {
		add: list => noteIn(lists, list),
		addPart: part => noteIn(parts, part),
		at(column, line) {
			const isThere = ({element}: {readonly element: DOMElement}): boolean => isWithin(element, column, line) && isInSight(element, column, line);
			const list = lists.values().find(placed => isThere(placed));
			const row = list?.rows[line - measureElement(list.element).y]?.key;
			if (parts.size === 0) {
				return row === undefined ? undefined : {row, pane: 'own'};
			}

			const found = parts.values().find(placed => isThere(placed));
			const keys = parts.values().find(({part}) => part.hasKeys)?.part.depth ?? 0;
			const pane = found && paneOf(found.part, keys);
			return pane && {row, pane};
		},
	};
};

/** Undefined outside the screen that handles clicks. */
export const PlacedListsContext = createContext<PlacedLists | undefined>(undefined);

/** The rows of a list, each in one line. */
export const Rows = ({rows, children}: {readonly rows: readonly Keyed[]; readonly children: ReactNode}): ReactNode => {
	const lists = useContext(PlacedListsContext);
	const element = useRef<DOMElement>(null);
	useLayoutEffect(() => element.current ? lists?.add({element: element.current, rows}) : undefined, [lists, rows]);
	return <Box ref={element} flexDirection='column' flexShrink={0}>{children}</Box>;
};

/** A part of the terminal. */
export const PartPlace = ({depth, hasKeys, children}: Part & {readonly children: ReactNode}): ReactNode => {
	const lists = useContext(PlacedListsContext);
	const element = useRef<DOMElement>(null);
	useLayoutEffect(() => element.current ? lists?.addPart({element: element.current, part: {depth, hasKeys}}) : undefined, [lists, depth, hasKeys]);
	return <Box ref={element} flexDirection='column' flexShrink={0}>{children}</Box>;
};
