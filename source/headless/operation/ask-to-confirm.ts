// The question before an operation, in a terminal without a screen, by the rules of the screen's confirmation: whatever comes as a bunch may be pasted, and confirms nothing.

import {printable} from '../../protocol/printable.js';
import {noCtrl, notTyped, onlyY, wrongText} from '../../ui/confirmation-words.js';

/** A terminal's keys as they come, a chunk at a time. */
export type Typist = {
	/** Returns what gives the terminal back. */
	readonly listen: (take: (chunk: string) => void) => () => void;
};

export type Verdict = 'confirmed' | 'declined' | 'interrupted' | 'gone';

type Step = {readonly typed: string; readonly problem: string; readonly verdict: Verdict | undefined};

const escape = '\u001B';
const interrupt = '\u0003';
const endOfInput = '\u0004';
const erase = new Set(['\u007F', '\b']);
const mostAtOnce = 3;

const isLetters = (chunk: string): boolean => [...chunk].every(character => (character.codePointAt(0) ?? 0) >= 0x20 && !erase.has(character));

const afterLetters = (typed: string, chunk: string, wanted: readonly string[]): Step => {
	if (wanted.length > 0) {
		return {typed: typed + printable(chunk), problem: '', verdict: undefined};
	}

	return {typed: '', problem: chunk === 'y' ? '' : onlyY, verdict: chunk === 'y' ? 'confirmed' : undefined};
};

/** What one chunk of keys does. `wanted`: what must be typed, any of them; empty where y is enough. */
export const confirmationStep = (typed: string, chunk: string, wanted: readonly string[]): Step => {
	const stay = (problem: string): Step => ({typed, problem, verdict: undefined});
	switch (chunk) {
		case interrupt: {
			return {...stay(''), verdict: 'interrupted'};
		}

		case escape:
		case endOfInput: {
			return {...stay(''), verdict: 'declined'};
		}

		case '\r': {
			return wanted.includes(typed.trim()) ? {...stay(''), verdict: 'confirmed'} : stay(wanted.length === 0 ? onlyY : wrongText);
		}

		default: {
			const count = [...chunk].length;
			if (count === 1 && erase.has(chunk)) {
				return {typed: [...typed].slice(0, -1).join(''), problem: '', verdict: undefined};
			}

			if (count === 1 && !isLetters(chunk)) {
				return stay(noCtrl);
			}

			return isLetters(chunk) && count <= (wanted.length === 0 ? 1 : mostAtOnce) ? afterLetters(typed, chunk, wanted) : stay(notTyped);
		}
	}
};

type Options = {
	readonly typist: Typist;
	readonly write: (text: string) => void;
	readonly wanted: readonly string[];
	/** Takes the question back. */
	readonly signal: AbortSignal;
};

// Pasted text comes in brackets where the terminal knows how, and so as a bunch.
const pasteInBrackets = `${escape}[?2004h`;
const pastePlain = `${escape}[?2004l`;

/** Asks until it is decided. `gone`: the question was taken back. */
export const askToConfirm = async ({typist, write, wanted, signal}: Options): Promise<Verdict> => new Promise(resolve => {
	let typed = '';
	const draw = (problem: string): void => {
		write(`\r${escape}[K> ${typed}${problem === '' ? '' : `   ${problem}`}`);
	};

	const settle = (verdict: Verdict): void => {
		stopListening();
		signal.removeEventListener('abort', takeBack);
		write(`${pastePlain}\r\n`);
		resolve(verdict);
	};

	const takeBack = (): void => {
		settle('gone');
	};

	const stopListening = typist.listen(chunk => {
		const step = confirmationStep(typed, chunk, wanted);
		({typed} = step);
		if (step.verdict) {
			settle(step.verdict);
		} else {
			draw(step.problem);
		}
	});
	write(pasteInBrackets);
	draw('');
	signal.addEventListener('abort', takeBack);
	if (signal.aborted) {
		takeBack();
	}
});
