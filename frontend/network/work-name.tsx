import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { workQuery } from "../data/queries.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";

/** A work by its title, or by its number until the title is there. */
export function WorkName(props: { id: string }) {
  const m = useRoomMessages();
  const { data } = useQuery(workQuery(props.id));
  return (
    <Link to="/works/$id" params={{ id: props.id }} lang={data?.data.lang}>
      {data?.data.title || m.why.workNumber(props.id)}
    </Link>
  );
}
