import type { Page } from "playwright-core";

/** The colours of a picture, a PNG, at these points, as `#rrggbb`: the browser decodes it. */
export async function pixelsOf(
  page: Page,
  picture: Buffer,
  points: readonly { readonly x: number; readonly y: number }[],
): Promise<string[]> {
  const places = JSON.stringify(points.map(({ x, y }) => [Math.round(x), Math.round(y)]));
  return page.evaluate<string[]>(`(async () => {
    const response = await fetch("data:image/png;base64,${picture.toString("base64")}");
    const bitmap = await createImageBitmap(await response.blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return ${places}.map(([x, y]) => {
      const [red, green, blue] = context.getImageData(x, y, 1, 1).data;
      return "#" + [red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("");
    });
  })()`);
}
