import { Link } from "@tanstack/react-router";
import type { WorkCard, WorkDetail } from "../../common/api/schemas.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { useAddressName } from "../ui/address-link.tsx";
import { WorkPicture } from "../ui/work-picture.tsx";
import styles from "./family-section.module.css";
import { WorkSection } from "./work-section.tsx";

/** Tree of what a work comes from and what came from it: parents above, this work, remixes below. */
export function FamilySection(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const alone = work.parents.length === 0 && work.children.length === 0;
  return (
    <WorkSection title={m.work.family} lead={alone ? undefined : m.work.familyLead}>
      {alone && <p className={styles.alone}>{m.work.noFamily}</p>}
      {!alone && (
        <figure className={styles.tree} aria-label={m.work.tree}>
          {work.parents.length > 0 && (
            <div className={styles.generation}>
              <h3>{m.work.parents}</h3>
              <ul>
                {work.parents.map((edge) => (
                  <Member
                    key={edge.parentId}
                    work={edge.parent}
                    id={edge.parentId}
                    note={m.work.paysParent(format.share(edge.share))}
                  />
                ))}
              </ul>
            </div>
          )}
          <div className={styles.self}>
            <span className={styles.thumb}>
              <WorkPicture work={work} sizes="96px" decorative />
            </span>
            <span lang={work.lang}>{work.title}</span>
          </div>
          {work.children.length > 0 && (
            <div className={styles.generation}>
              <h3>{m.work.children}</h3>
              <ul>
                {work.children.map((child) => (
                  <Member key={child.id} work={child} id={child.id} />
                ))}
              </ul>
            </div>
          )}
        </figure>
      )}
    </WorkSection>
  );
}

function Member(props: { work: WorkCard | null; id: string; note?: string }) {
  const m = useRoomMessages();
  const name = useAddressName();
  const { work } = props;
  return (
    <li>
      <Link to="/works/$id" params={{ id: props.id }} className={styles.member}>
        <span className={styles.thumb}>{work && <WorkPicture work={work} sizes="96px" decorative />}</span>
        <span>
          <span className={styles.title} lang={work?.lang}>
            {work?.title || m.why.workNumber(props.id)}
          </span>
          <span className={styles.note}>{props.note ?? (work && name(work.creator))}</span>
        </span>
      </Link>
    </li>
  );
}
