// Why what was pressed confirms nothing, on the screen and without one.

export const notTyped = 'several keys at once do not count: type it key by key';
export const pasted = 'pasted text is not taken as keys: type it key by key';
export const tooEarly = 'what was typed before this question does not count';
export const noCtrl = 'a ctrl key sends nothing';
export const wrongText = 'that is neither the name nor the id';
export const onlyY = 'y sends it, Esc leaves';
