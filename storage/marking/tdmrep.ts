/** Site-wide reservation of text and data mining rights (W3C TDM Reservation Protocol): a declaration, not a lock. */

export type TdmRule = { location: string; "tdm-reservation": 0 | 1; "tdm-policy"?: string };

/**
 * Rules for `/.well-known/tdmrep.json`: works of others are reserved, since only their creators can say otherwise; each file's own marks say
 * what its creator chose.
 * @param policyUrl where licenses for mining are offered
 */
export function tdmRules(policyUrl?: string): TdmRule[] {
  const reserved = (location: string): TdmRule => ({
    location,
    "tdm-reservation": 1,
    ...(policyUrl ? { "tdm-policy": policyUrl } : {}),
  });
  return [reserved("/ipfs/*"), reserved("/v1/previews/*"), reserved("/works/*"), { location: "/docs/*", "tdm-reservation": 0 }];
}

/** Headers of an answer that carries somebody's work. */
export const TDM_HEADERS = { "tdm-reservation": "1" } as const;
