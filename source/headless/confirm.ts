import {type Clock} from '../lib/clock.js';
import {printable} from '../lib/printable.js';
import {noCtrl, notTyped, onlyY, pasted, tooEarly, wrongText} from '../ui/format.js';

/** The keys of the terminal that the program was started from. */
export const createTypist = ({stdin}: NodeJS.Process): Typist => ({
	listen(take) {
		const hear = (chunk: string): void => {
			take(chunk);
		};

		stdin.setEncoding('utf8');
		stdin.setRawMode(true);
		stdin.on('data', hear);
		return () => {
			stdin.off('data', hear);
			stdin.setRawMode(false);
			stdin.pause();
		};
	},
});

// A question in a terminal without a screen, by the rules of the screen's confirmation: whatever comes as a bunch may be pasted, and whatever came before the question was meant for something else. Neither confirms anything.

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

const pasteBegin = `${escape}[200~`;

const pasteEnd = `${escape}[201~`;

const noes: ReadonlySet<string> = new Set(['n', 'N', 'q', 'Q', '\r', '\n']);

const isLetters = (chunk: string): boolean => [...chunk].every(character => (character.codePointAt(0) ?? 0) >= 0x20 && !erase.has(character));

const afterLetters = (typed: string, chunk: string, wanted: readonly string[], yes: string): Step => {
	if (wanted.length > 0) {
		return {typed: typed + printable(chunk), problem: '', verdict: undefined};
	}

	return {typed: '', problem: chunk === 'y' ? '' : yes, verdict: chunk === 'y' ? 'confirmed' : undefined};
};

/** What one chunk of keys does. `wanted`: what must be typed, any of them; empty where y is enough, and no is as short. `yes`: what y does there. */
export const confirmationStep = (typed: string, chunk: string, wanted: readonly string[], yes: string = onlyY): Step => {
	const stay = (problem: string): Step => ({typed, problem, verdict: undefined});
	if (wanted.length === 0 && noes.has(chunk)) {
		return {...stay(''), verdict: 'declined'};
	}

	if (chunk.includes(pasteBegin)) {
		// What was pasted whole, and by itself, is as good as typed: Enter is still to come.
		const text = chunk.startsWith(pasteBegin) && chunk.endsWith(pasteEnd) ? chunk.slice(pasteBegin.length, -pasteEnd.length).trim() : '';
		return typed === '' && wanted.includes(text) ? {typed: text, problem: '', verdict: undefined} : stay(pasted);
	}

	switch (chunk) {
		case interrupt: {
			return {...stay(''), verdict: 'interrupted'};
		}

		case escape:
		case endOfInput: {
			return {...stay(''), verdict: 'declined'};
		}

		case '\r': {
			return wanted.includes(typed.trim()) ? {...stay(''), verdict: 'confirmed'} : stay(wrongText);
		}

		default: {
			const count = [...chunk].length;
			if (count === 1 && erase.has(chunk)) {
				return {typed: [...typed].slice(0, -1).join(''), problem: '', verdict: undefined};
			}

			if (count === 1 && !isLetters(chunk)) {
				return stay(noCtrl);
			}

			return isLetters(chunk) && count <= (wanted.length === 0 ? 1 : mostAtOnce) ? afterLetters(typed, chunk, wanted, yes) : stay(notTyped);
		}
	}
};

type ConfirmDeps = {
	readonly typist: Typist;
	readonly clock: Pick<Clock, 'schedule'>;
	readonly write: (text: string) => void;
	readonly question: string;
	readonly wanted: readonly string[];
	/** What y does, for who presses something else. */
	readonly yes?: string;
	/** Takes the question back. */
	readonly signal: AbortSignal;
};

// Pasted text comes in brackets where the terminal knows how, and so as a bunch.
const pasteInBrackets = `${escape}[?2004h`;

const pastePlain = `${escape}[?2004l`;

/** In ms. What was typed ahead comes at once when the terminal hands over keys; fingers are slower than that. */
const typeAheadPause = 50;

/** In ms. Fingers are slower by far; the pieces of a pasted text are not. */
const pause = 10;

/**
Asks until it is decided. `gone`: the question was taken back.

The question is put once nothing more comes of what was typed before; that is thrown away. Keys count once a pause shows that they came alone.
*/
export const askToConfirm = async ({typist, clock, write, question, wanted, yes, signal}: ConfirmDeps): Promise<Verdict> => new Promise(resolve => {
	let typed = '';
	let gathered = '';
	let isShown = false;
	let isEarly = false;
	let cancel = (): void => undefined;

	const draw = (problem: string): void => {
		write(`\r${escape}[K> ${typed}${problem === '' ? '' : `   ${problem}`}`);
	};

	const settle = (verdict: Verdict): void => {
		cancel();
		stopListening();
		signal.removeEventListener('abort', takeBack);
		write(`${pastePlain}\r\n`);
		resolve(verdict);
	};

	const takeBack = (): void => {
		settle('gone');
	};

	/** Time alone does not tell, since the program may have been kept from reading: a pause is one after it has looked for input once more. */
	const afterPause = (delay: number, run: () => void): void => {
		cancel();
		cancel = clock.schedule(() => {
			cancel = clock.schedule(run, 0);
		}, delay);
	};

	const applyKeys = (): void => {
		const chunk = gathered;
		gathered = '';
		const step = confirmationStep(typed, chunk, wanted, yes);
		({typed} = step);
		if (step.verdict) {
			settle(step.verdict);
		} else {
			draw(step.problem);
		}
	};

	const showQuestion = (): void => {
		isShown = true;
		write(`${question}\r\n`);
		draw(isEarly ? tooEarly : '');
	};

	const stopListening = typist.listen(chunk => {
		if (chunk === interrupt) {
			settle('interrupted');
		} else if (isShown) {
			gathered += chunk;
			afterPause(pause, applyKeys);
		} else {
			isEarly = true;
			afterPause(typeAheadPause, showQuestion);
		}
	});
	write(pasteInBrackets);
	afterPause(typeAheadPause, showQuestion);
	signal.addEventListener('abort', takeBack);
	if (signal.aborted) {
		takeBack();
	}
});
