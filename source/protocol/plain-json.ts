// What agents send can hold control characters, and those that turn the direction of text: a file that is shown by `cat` must hold none of them raw.

// Cc but for those that JSON.stringify escapes itself, Cf, Zl, Zp; none of them is a part of JSON outside of its texts. In UTF-16, so that a text can be cut anywhere.
export const unprintableInJson = /[\u007F-\u009F\u00AD\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|\uDB40[\uDC00-\uDC7F]/g;

// eslint-disable-next-line unicorn/prefer-code-point -- the halves of a surrogate pair are escaped each
const unitEscape = (text: string, index: number): string => String.raw`\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;

/** What stands for it. */
export const escapedInJson = (character: string): string => unitEscape(character, 0) + (character.length > 1 ? unitEscape(character, 1) : '');

/** JSON as it was made, with control, format and bidi characters as its own escapes: it reads back as the same value. */
export const plainJson = (json: string): string => json.replaceAll(unprintableInJson, escapedInJson);
