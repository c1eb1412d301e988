import {type Tone} from '../../store/views.js';

/** Puts a colour around a text, or nothing where there are none. */
export type Paint = (text: string, tone: Tone) => string;

// The terminal's own 16 colours.
const codes: Readonly<Record<Tone, string>> = {good: '32', active: '36', bad: '31', attention: '33', quiet: '2', plain: ''};

export const createPaint = (isColored: boolean): Paint => (text, tone) => isColored && codes[tone] !== '' ? `\u001B[${codes[tone]}m${text}\u001B[0m` : text;
