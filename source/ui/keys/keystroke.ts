/** The parts of the terminal library's report of a key that are used here. */
export type KeyFlags = {
	readonly upArrow: boolean;
	readonly downArrow: boolean;
	readonly leftArrow: boolean;
	readonly rightArrow: boolean;
	readonly pageDown: boolean;
	readonly pageUp: boolean;
	readonly home: boolean;
	readonly end: boolean;
	readonly return: boolean;
	readonly escape: boolean;
	readonly ctrl: boolean;
	readonly tab: boolean;
	readonly backspace: boolean;
	readonly delete: boolean;
	readonly meta: boolean;
	/** Only for keys whose modifiers the terminal sends, as in ESC [1;3A for Alt+Up. */
	readonly eventType?: unknown;
};

const named = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageDown', 'pagedown'],
	['pageUp', 'pageup'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['tab', 'tab'],
	['backspace', 'backspace'],
	['delete', 'delete'],
] as const satisfies ReadonlyArray<readonly [keyof KeyFlags, string]>;

const ofControlCode = (code: number): string => {
	switch (code) {
		case 0x09: {
			return 'tab';
		}

		case 0x0A:
		case 0x0D: {
			return 'enter';
		}

		default: {
			return `^${String.fromCodePoint(code + 0x40).toLowerCase()}`;
		}
	}
};

const ofCharacter = (character: string): string => {
	const code = character.codePointAt(0) ?? 0;
	return code < 0x20 ? ofControlCode(code) : character;
};

const ofEvent = (input: string, key: KeyFlags): readonly string[] => {
	const special = named.find(([flag]) => key[flag]);
	if (special) {
		return [special[1]];
	}

	if (key.ctrl) {
		return input === '' ? [] : [`^${input}`];
	}

	return Array.from(input, character => ofCharacter(character));
};

/**
The keys of one input event, by the names of the key table: "j", "G", "enter", "up", "^c".

Several keys can come as one event: over a slow line a held j arrives as "jjj", and quick typing ends in the Enter that follows it. Esc and
a key that arrive together look like Alt and that key. No key uses Alt, so they are always Esc, then the key.
*/
export const keystrokesOf = (input: string, key: KeyFlags): readonly string[] => {
	const keystrokes = ofEvent(input, key);
	return key.meta && key.eventType === undefined ? ['escape', ...keystrokes] : keystrokes;
};
