/** Holds a password while it is typed, apart from the store, from React and from everything that is ever drawn or logged. */
export type SecretBuffer = {
	readonly append: (text: string) => void;
	/** Takes the last character back. */
	readonly erase: () => void;
	readonly clear: () => void;
	readonly isEmpty: () => boolean;
	/** Gives what was typed and forgets it. */
	readonly take: () => string;
};

// Nobody types so much; somebody may paste the wrong thing.
const limit = 4096;

/** Characters one by one, so that they can be overwritten: strings can't. */
export const createSecretBuffer = (): SecretBuffer => {
	const characters: string[] = [];

	const clear = (): void => {
		characters.fill('');
		characters.length = 0;
	};

	return {
		append(text) {
			for (const character of text) {
				if (characters.length < limit) {
					characters.push(character);
				}
			}
		},
		erase() {
			if (characters.length === 0) {
				return;
			}

			characters[characters.length - 1] = '';
			characters.pop();
		},
		clear,
		isEmpty: () => characters.length === 0,
		take() {
			const text = characters.join('');
			clear();
			return text;
		},
	};
};
