// Arrays are read up to the first wrong item, which is the only one that is told of. `z.array` reads on and keeps an issue for each: an
// answer of a few megabytes of wrong items would cost gigabytes.

import * as z from 'zod';

const anything = z.array(z.unknown());

type Issues = {readonly issues: z.core.$ZodRawIssue[]};

const tell = ({issues}: Issues, message: string, path: PropertyKey[]): never => {
	issues.push({
		code: 'custom', input: undefined, message, path,
	});
	return z.NEVER;
};

/** What is told of an array that is longer than any that makes sense: reading it would only take time. */
export const tooMany = 'too many';

/** An array of such items, at most `limit` of them. */
export const arrayOf = <T>(item: z.ZodType<T>, limit: number) => anything.transform((list, context): readonly T[] => {
	if (list.length > limit) {
		return tell(context, tooMany, []);
	}

	const items: T[] = [];
	for (const [index, value] of list.entries()) {
		const parsed = item.safeParse(value);
		if (!parsed.success) {
			const [issue] = parsed.error.issues;
			return tell(context, issue?.message ?? 'wrong', [index, ...(issue?.path ?? [])]);
		}

		items.push(parsed.data);
	}

	return items;
});

/** What stands where a text is expected, as text: one odd piece must not cost the others. An object can be nested deeper than anything could write it. */
export const textOf = (value: unknown): string => {
	if (typeof value === 'string') {
		return value;
	}

	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : (value ? '(not a text)' : '');
};

/** An array of text, each piece taken through `change`. By hand, since there can be a hundred thousand, for each of which a schema costs more than the change does. */
export const textsOf = (change: (text: string) => string) => anything.transform((list): readonly string[] => list.map(value => change(textOf(value))));
