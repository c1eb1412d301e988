const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const shareList = (previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] => {
	const shared = next.map((item, index) => shareUnknown(previous[index], item));
	const isEqual = previous.length === next.length && shared.every((item, index) => item === previous[index]);
	return isEqual ? previous : shared;
};

const shareRecord = (previous: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
	const keys = Object.keys(next);
	let isEqual = keys.length === Object.keys(previous).length;
	let shared = next;
	for (const key of keys) {
		const part = shareUnknown(previous[key], next[key]);
		isEqual &&= Object.hasOwn(previous, key) && part === previous[key];
		if (part !== next[key]) {
			// Takes less memory than a record that is put together key by key.
			shared = {...shared, [key]: part};
		}
	}

	return isEqual ? previous : shared;
};

const shareUnknown = (previous: unknown, next: unknown): unknown => {
	if (Object.is(previous, next)) {
		return previous;
	}

	if (isList(previous) && isList(next)) {
		return shareList(previous, next);
	}

	return isPlain(previous) && isPlain(next) ? shareRecord(previous, next) : next;
};

/**
Structural sharing: the next value, in which every part that equals the previous one keeps its identity, so that unchanged parts
are not drawn again. If all is equal, returns `previous`. For JSON-like values of one type (their depth is bounded by the
schemas).
*/
export const share = <T>(previous: T | undefined, next: T): T =>
	// Parts of `next` are replaced only by equal parts, so the type stays.
	shareUnknown(previous, next) as T;
