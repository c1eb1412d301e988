/**
How agents behind `https://` are checked, and what they are shown. Texts are PEM.

- authorities: who may vouch for an agent, instead of those that Node.js comes with
- certificate, key: what the agent is shown, where it wants to know who asks
- isUnchecked: whatever certificate is shown is taken, so that TLS protects from who only listens
*/
export type TlsSettings = {
	readonly authorities?: string;
	readonly certificate?: string;
	readonly key?: string;
	readonly isUnchecked: boolean;
};

/** `own`: agents (keys) for which something else counts; also for whom one of them names as of its cluster. */
export type FleetTls = TlsSettings & {readonly own?: ReadonlyMap<string, TlsSettings>};

export const plainTls: TlsSettings = {isUnchecked: false};
