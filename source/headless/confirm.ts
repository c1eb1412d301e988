import {type Clock} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';

/** The keys of the terminal that the program was started from. */
export const createKeyReader = ({stdin}: NodeJS.Process): KeyReader => ({
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

// A confirmation without a screen, by the rules of the one on screen: keys that arrive together may be pasted, and keys from before the question were meant for something else. Neither confirms anything.

/** A terminal's keys as they arrive, in chunks. */
export type KeyReader = {
	/** Returns a function that gives the terminal back. */
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

/** The effect of one chunk of keys. `wanted`: the texts of which one must be typed; if empty, y confirms and n declines. `yes`: what y does. */
export const confirmationStep = (typed: string, chunk: string, wanted: readonly string[], yes: string = messages().screens.confirmation.problems.onlyY): Step => {
	const {pasted, wrongText, noCtrl, notTyped} = messages().screens.confirmation.problems;
	const stay = (problem: string): Step => ({typed, problem, verdict: undefined});
	if (wanted.length === 0 && noes.has(chunk)) {
		return {...stay(''), verdict: 'declined'};
	}

	if (chunk.includes(pasteBegin)) {
		// A complete paste by itself is as good as typing: Enter must still follow.
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
	readonly keyReader: KeyReader;
	readonly clock: Pick<Clock, 'schedule'>;
	readonly write: (text: string) => void;
	readonly question: string;
	readonly wanted: readonly string[];
	/** What y does, shown after any other key. */
	readonly yes?: string;
	/** Withdraws the question. */
	readonly signal: AbortSignal;
};

// Bracketed paste: the terminal marks pasted text, so that it arrives as one chunk.
const pasteInBrackets = `${escape}[?2004h`;

const pastePlain = `${escape}[?2004l`;

/** ms. Keys typed ahead arrive at once when the terminal hands over; fingers are slower than this. */
const typeAheadPause = 50;

/** ms. Fingers are far slower, the parts of a paste are not. */
const pause = 10;

/**
Asks until the user decides. `gone`: the question was withdrawn.
The question is shown once no more keys from before arrive; those are dropped. Keys count only if a pause shows that they came
alone.
*/
export const askToConfirm = async ({keyReader, clock, write, question, wanted, yes, signal}: ConfirmDeps): Promise<Verdict> => new Promise(resolve => {
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

	/** The time alone is not enough, since the program may have been busy: a pause counts after input was checked once more. */
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
		draw(isEarly ? messages().screens.confirmation.problems.tooEarly : '');
	};

	const stopListening = keyReader.listen(chunk => {
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
