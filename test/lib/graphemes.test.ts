import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {graphemes, isNarrow} from '../../source/lib/graphemes.js';

const segmenter = new Intl.Segmenter();
const inBasicPlane = Array.from({length: 0x1_00_00}, (_, code) => String.fromCodePoint(code));
const narrow = inBasicPlane.filter(character => isNarrow(character));

describe('what counts as narrow', () => {
	it('holds ASCII and what the screens are drawn with', () => {
		expect(narrow.length).toBeGreaterThan(400);
		expect([...'obwatch › ▸ ● ✔ ✖ ◌ ↺ ⟲ ⊘ » · ▰▱ █▓ │─└ … → ▾▴'].every(character => isNarrow(character))).toBe(true);
	});

	it('takes one column each, says string-width', () => {
		expect(narrow.filter(character => stringWidth(character) !== 1)).toEqual([]);
	});

	it('never joins with its like, says Unicode', () => {
		const all = [...narrow, '\u001B', '\u0007'];
		const mixed = all.flatMap((character, index) => [character, all[(index * 7) % all.length] ?? '']).join('');
		expect([...segmenter.segment(mixed)].filter(({segment}) => segment.length > 1)).toEqual([]);
	});

	it.each(['中', '😀', 'e\u0301', '\u00AD', '\u200B', '❤\uFE0F', '\t', '\n', '\u007F', '\u{1F1E9}'])('does not hold %j', text => {
		expect(isNarrow(text)).toBe(false);
	});
});

const text = fc.string({unit: fc.constantFrom('a', ' ', '›', '✖', '│', '\u001B', '[', 'm', '中', '😀', '\u200D', '\uFE0F', '\u0301', '🇩', '\r', '\n'), maxLength: 30});

describe('the replacement for a segmenter', () => {
	it('cuts every text as the real one does', () => {
		fc.assert(fc.property(text, sample => {
			const taken = ({segment, index, input}: Intl.SegmentData): Intl.SegmentData => ({segment, index, input});
			expect(Array.from(graphemes.segment(sample), taken)).toEqual(Array.from(segmenter.segment(sample), taken));
		}));
	});

	it('finds the same grapheme at every place', () => {
		fc.assert(fc.property(text, fc.integer({min: -1, max: 31}), (sample, at) => {
			expect(graphemes.segment(sample).containing(at)?.segment).toBe(segmenter.segment(sample).containing(at)?.segment);
		}));
	});
});
