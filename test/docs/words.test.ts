// The documents are in plain English, for readers whose first language is another.

import {expect, test} from 'vitest';
import {documents, readDocument} from './documents.js';

/** What people wrote: without code, and without what the program's own tables say. */
const proseOf = (name: string): string => readDocument(name).replaceAll(/<!-- begin [\s\S]+?<!-- end /g, '').replaceAll(/^```.*\n[\s\S]+?\n```$/gm, '').replaceAll(/`[^`]*`/g, '');

const unplain = /.{0,30}\b(?:whoever|whomever|nobody|somebody|anybody|everybody|(?:is|are|was|were) told|comes? of it|goes by|lets? go of)\b.{0,30}/gi;

test.each(documents)('%s: says "you" or names what acts, and is plain', name => {
	expect(proseOf(name).match(unplain) ?? []).toEqual([]);
});
