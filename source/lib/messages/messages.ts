import {english, type Messages} from './en/english.js';

export {english, type Messages} from './en/english.js';

/** The languages that obwatch speaks itself; the one that agents are asked to speak follows from it. */
export const languages = ['en', 'zh'] as const;

export type Language = (typeof languages)[number];

let current: Messages = english;

let spoken: Language = 'en';

/** The language that this process speaks now. */
export const spokenLanguage = (): Language => spoken;

/**
The messages of the language that this process speaks: one for all of it, as a locale is. Read when a text is needed and never kept, because
the language can change while the program runs. What programs read (`--json`, metrics, files) says `english` instead.
*/
export const messages = (): Messages => current;

/** Speaks that language from now on. Rejects if its messages cannot be loaded; the language stays the same then. */
export const speak = async (language: Language): Promise<void> => {
	if (language === 'en') {
		current = english;
		spoken = language;
		return;
	}

	const {chinese} = await import('./zh/chinese.js');
	current = chinese;
	spoken = language;
};
