// Words that stand behind "password" or "token" in a sentence, and that are no secrets.

const telling = `
	wrong incorrect invalid required expired empty missing needed correct valid unset null nil none undefined blank weak unknown denied rejected refused
	accepted disabled enabled optional mandatory locked mismatch mismatched failed error ok masked encrypted hidden removed true false not
`;

const joining = `
	a an the this that its his your my no yes too already being been also only still now in on at by for of to as with without from and or but if when
	while because than via using is isn't was wasn't are were be has have had must should shall cannot can't can could will would may might does doesn't
	did didn't do don't contains contain needs differs
`;

const naming = `
	authentication authenticate auth authorization policy check checks checked checking verification verify verified validation validate validated change
	changes changed reset set update updated file login errors failure failures length prompt field parameter option options input entry hash plugin type
	name user users root account service manager store strength protection protected successfully succeeded received sent given provided supplied entered
	found read loaded saved generated created refresh refreshed request response revoked issued unauthorized attempt attempts again encryption decryption
	decrypt encrypt rotation expires expire header value values string column table
`;

const wordsOf = (...texts: readonly string[]): ReadonlySet<string> => new Set(texts.join(' ').split(/\s+/));

const tellingWords = wordsOf(telling);
const plainWords = wordsOf(telling, joining, naming);

const bare = (found: string): string => found.replace(/[!).:?\]]{1,3}$/, '').toLowerCase();

/** Whether it says how a secret is, as in "password: required". */
export const isTelling = (found: string): boolean => tellingWords.has(bare(found));

/** Whether it is a word of the sentence, as in "password authentication failed". */
export const isPlainWord = (found: string): boolean => plainWords.has(bare(found)) || !/[\p{L}\d]/u.test(found);
