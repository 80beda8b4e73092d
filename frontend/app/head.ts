/** What a page says about itself outside of its own frame, and its HTTP status. */
export type Head = { title: string; description: string; image: string | null; status: number };
