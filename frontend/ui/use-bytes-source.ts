import { useCallback } from "react";

/**
 * Ref for an element whose source is bytes in memory: it gets an object URL while it is on the page, and the URL is given
 * back afterwards.
 */
export function useBytesSource(bytes: Uint8Array<ArrayBuffer> | undefined, mediaType: string) {
  return useCallback(
    (element: HTMLImageElement | HTMLAudioElement | null) => {
      if (!element || !bytes) return;
      const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
      element.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [bytes, mediaType],
  );
}
