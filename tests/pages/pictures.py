"""Counting the colours of a picture; the browser that took it also decodes it."""

from base64 import b64encode
from collections import Counter
from typing import Final

from playwright.async_api import Page

COUNT_COLOURS: Final = """async encoded => {
    const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
    const counts = {};
    for (let at = 0; at < data.length; at += 4) {
        const colour = `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`;
        counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
}"""


async def pixels_of(page: Page, png: bytes) -> Counter[str]:
    """How many pixels a picture has of each colour, written as in CSS: rgb(1, 2, 3)."""
    return Counter(await page.evaluate(COUNT_COLOURS, b64encode(png).decode()))
