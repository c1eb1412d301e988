// What the program says to a terminal besides text (xterm's control sequences, and mode 2026 for frames).

export const enterScreen = '\u001B[?1049h';
export const leaveScreen = '\u001B[?1049l';
export const beginFrame = '\u001B[?2026h';
export const endFrame = '\u001B[?2026l';
export const watchFocus = '\u001B[?1004h';
export const ignoreFocus = '\u001B[?1004l';
export const home = '\u001B[H';
/** Home, and everything below it erased: unlike clearing the screen, this leaves no copy in the scrollback. */
export const blank = `${home}\u001B[J`;
