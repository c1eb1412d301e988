// Responses without details. Apart from the schemas, which cost more to load than the first frame may wait for.

import {type Dag, type TaskLinks} from './task.js';

const hasLinks = ({subDags: subDagIds, mainDagId}: TaskLinks): boolean => mainDagId !== undefined || Object.keys(subDagIds).length > 0;

/** A task as a response without details tells it, with the nodes and links that are known of it from before: a brief response leaves both out (docs/protocol.md#main-tasks-and-their-sub-tasks). */
export const withDetailsOf = (known: Dag | undefined, brief: Dag): Dag => known?.id === brief.id
	? {...brief, nodes: brief.nodes ?? known.nodes, links: hasLinks(brief.links) ? brief.links : known.links}
	: brief;
