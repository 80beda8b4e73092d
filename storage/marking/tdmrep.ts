/** Site-wide reservation of text and data mining rights (W3C TDM Reservation Protocol): a declaration, not a lock. */

export type TdmRule = { location: string; "tdm-reservation": 0 | 1; "tdm-policy"?: string };

/**
 * Rules for `/.well-known/tdmrep.json`, the most special first: what shows works is reserved, since only their creators can say otherwise, and each
 * file's own marks say what its creator chose; our own documentation is not.
 * @param policyUrl where licenses for mining are offered
 */
export function tdmRules(policyUrl?: string): TdmRule[] {
  const works: TdmRule = { location: "/*", "tdm-reservation": 1, ...(policyUrl ? { "tdm-policy": policyUrl } : {}) };
  return [{ location: "/docs*", "tdm-reservation": 0 }, works];
}

/** Headers of an answer that carries somebody's work. */
export const TDM_HEADERS = { "tdm-reservation": "1" } as const;
