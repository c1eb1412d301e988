import {printableLines} from '../protocol/printable.js';

const redact = (text: string, secrets: readonly string[]): string => {
	let redacted = text;
	// The longest first: one secret can be the beginning of another. An error that quotes JSON holds it escaped.
	const forms = secrets.flatMap(secret => secret === '' ? [] : [secret, JSON.stringify(secret).slice(1, -1)]);
	for (const form of forms.toSorted((one, other) => other.length - one.length)) {
		redacted = redacted.replaceAll(form, '***');
	}

	return redacted;
};

// Only name, message and stack: inspecting an error would also print what hangs on it, such as a request with its headers.
const describe = (error: unknown): string => {
	if (!(error instanceof Error)) {
		return `${typeof error} thrown`;
	}

	const stack = error.stack ?? `${error.name}: ${error.message}`;
	return error.cause === undefined ? stack : `${stack}\ncaused by ${describe(error.cause)}`;
};

/** What a fault of ours leaves on the terminal: a line for whoever watches, then the stack for whoever mends it. Without secrets, and harmless to print. */
export const crashReport = (error: unknown, version: string, secrets: readonly string[]): string =>
	printableLines(redact(`obwatch ${version} ended by a fault of its own; please report it:\n${describe(error)}\n`, secrets));
