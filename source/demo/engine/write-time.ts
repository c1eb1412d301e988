const nanosPerMilli = 1_000_000;

/** Digits without the zeros at their end. */
const withoutZeros = (digits: string): string => digits.endsWith('0') ? withoutZeros(digits.slice(0, -1)) : digits;

/** RFC 3339 in UTC with nanoseconds, as Go writes it: without zeros at the end. `base` is whole milliseconds since 1970, `time` a fraction of them more; -Infinity is the epoch. */
export const writeTime = (base: number, time: number): string => {
	if (time === -Infinity) {
		return '1970-01-01T00:00:00Z';
	}

	const millis = Math.floor(time);
	const nanos = Math.floor((time - millis) * nanosPerMilli);
	const iso = new Date(base + millis).toISOString();
	const digits = `${iso.slice(20, 23)}${String(nanos).padStart(6, '0')}`;
	const fraction = withoutZeros(digits);
	return `${iso.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
};
