import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {atUtcOffset, parseTimestamp, parseUtcOffset, timestampOfNanos} from '../../source/lib/time.js';

const ten = Date.UTC(2026, 2, 1, 10);

describe('the times that agents write', () => {
	it.each([
		['UTC', '2026-03-01T10:00:00Z', ten],
		['with an offset', '2026-03-01T18:00:00+08:00', ten],
		['with a negative offset', '2026-03-01T05:30:00-04:30', ten],
		['with nanoseconds', '2026-03-01T10:00:00.123456789Z', ten + 123],
		['with a few digits', '2026-03-01T10:00:00.5Z', ten + 500],
		['never', '0001-01-01T00:00:00Z', undefined],
		['never, in a zone', '0001-01-01T08:05:43+08:05', undefined],
		['the epoch', '1970-01-01T00:00:00Z', undefined],
		['the epoch, in a zone', '1970-01-01T08:00:00+08:00', undefined],
		['null', null, undefined],
		['absent', undefined, undefined],
		['empty', '', undefined],
		['a number', '5', undefined],
		['words in which a lenient parser finds a date', 'stage 5', undefined],
		['a date alone', '2026-03-01', undefined],
		['without a zone, which would be anyone\'s local time', '2026-03-01T10:00:00', undefined],
		['no such month', '2026-13-01T10:00:00Z', undefined],
	])('%s', (_, text, expected) => {
		expect(parseTimestamp(text)).toBe(expected);
	});

	it.each([
		['2026-03-01T10:00:00Z', 0],
		['2026-03-01T10:00:00+08:00', 480],
		['2026-03-01T10:00:00.1-04:30', -270],
		['2026-03-01T10:00:00', undefined],
		[null, undefined],
	])('%s is written %s minutes east of UTC', (text, expected) => {
		expect(parseUtcOffset(text)).toBe(expected);
	});

	it('the time of day is that of the agent', () => {
		expect(atUtcOffset(ten, 480).getUTCHours()).toBe(18);
	});

	it.each([
		[1.764000000123456e18, 1_764_000_000_123],
		[1, undefined],
		[0, undefined],
		[-1.764e18, undefined],
		[1e300, undefined],
		[NaN, undefined],
	])('%s nanoseconds are the time %s', (nanos, expected) => {
		expect(timestampOfNanos(nanos)).toBe(expected);
	});

	it('any text gives a time or nothing', () => {
		fc.assert(fc.property(fc.string(), text => {
			expect(parseTimestamp(text)).not.toBeNaN();
		}));
	});
});
