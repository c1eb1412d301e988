// What the processes of a measurement tell each other.

/** What an agent plays. `rest`: a task that ended long ago. */
export type Play = {readonly type: 'rest' | 'work' | 'long log'} | {readonly type: 'big'; readonly stages: number; readonly at: number};

/** `flaps`: every connection is broken within seconds. `isCluster`: they are one running cluster, without a task. */
export type SimulatorSetup = {readonly count: number; readonly first: Play; readonly others: Play; readonly flaps?: boolean; readonly isCluster?: boolean};

/** To the simulator: something happens now to the agent of that number, or how often was asked? An agent that holds a cancelled task takes no other until that is passed. `start`: the cluster's observers are started, and that of its last agent fails. */
export type Order = {readonly type: 'create' | 'cancel' | 'pass' | 'start'; readonly agent: number} | {readonly type: 'count'};

/** How often one agent was asked for a path (with its query) since it started, and whether with a sealed header. */
export type CountedRequest = {readonly address: string; readonly path: string; readonly isSealed: boolean; readonly count: number};

/** Of root@sys in a simulated cluster. */
export const clusterPassword = 'bench';

/** What the bare loop does: what obwatch did in that many seconds. */
export type BareWork = {readonly seconds: number; readonly requests: readonly CountedRequest[]; readonly framesPerSecond: number; readonly bytesPerFrame: number};

/** From the simulator. */
export type News = {readonly type: 'ready'; readonly addresses: readonly string[]} | {readonly type: 'counted'; readonly requests: readonly CountedRequest[]};

/** What one fetch of a whole task took: bytes, and CPU seconds. */
export type WholeCost = {readonly bytes: number; readonly cpu: number};
