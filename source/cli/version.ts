// The build puts it in, from package.json.
declare const obwatchVersion: string;

export const version = obwatchVersion;
