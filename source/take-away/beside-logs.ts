// Characters.
const longest = 20_000;

/** A text that stands beside the logs, such as a reason, which has it from a line that can be megabytes long: that line stands in its log. */
export const beside = (text: string): string => text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
