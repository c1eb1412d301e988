// What Ink draws of components and of whole frames.

import {renderToString} from 'ink';
import {type ReactNode} from 'react';
import {Frame} from '../../../source/ui/app.js';
import {type AppView} from '../../../source/ui/frame.js';
import {createTheme, type Theme} from '../../../source/ui/theme.js';

// Wider than the terminal, so that a line that is too wide is seen, and not cut by Ink.
const beyond = 40;

/** The lines of a component on a screen of so many columns, as a person reads them: without blanks at their ends. */
export const draw = (element: ReactNode, columns: number): readonly string[] =>
	renderToString(element, {columns: columns + beyond}).split('\n').map(line => line.trimEnd());

/** The lines of a whole frame. */
export const drawFrame = (view: AppView, {theme = createTheme(), hasTyped = false}: {readonly theme?: Theme; readonly hasTyped?: boolean} = {}): readonly string[] =>
	draw(<Frame view={view} theme={theme} hasTyped={hasTyped}/>, view.size.columns);
