#!/usr/bin/env python3
"""Write images/ beside this script: one small picture in many variants of JPEG, PNG and BMP.

The picture is a 32 x 32 reduction of Tests/Samples/faces/happy/portrait.jpg. Needs Pillow (13 was used) and numpy.
"""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
OUT = HERE / "images"
SIDE = 32


def png(path, array, color_type, depth, big_endian_16=False):
    """Write samples as they are: Pillow does not write every combination."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = array.astype(">u2" if depth == 16 else "u1")
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], depth, color_type, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    )


def interlaced(path, array):
    """An RGB PNG in Adam7's seven passes."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    data = b""
    for x, y, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        part = array[y::dy, x::dx]
        data += b"".join(b"\0" + row.tobytes() for row in part)
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], 8, 2, 0, 0, 1)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    )


def bmp(path, rows, bits, compression=0, palette=b"", top_down=False):
    offset = 54 + len(palette)
    header = struct.pack(
        "<2sIHHIIiiHHIIiiII", b"BM", offset + len(rows), 0, 0, offset, 40, SIDE, -SIDE if top_down else SIDE, 1, bits,
        compression, len(rows), 2835, 2835, len(palette) // 4, 0
    )
    path.write_bytes(header + palette + rows)


def main():
    OUT.mkdir(exist_ok=True)
    portrait = Image.open(HERE.parent / "Samples/faces/happy/portrait.jpg").convert("RGB")
    picture = portrait.resize((SIDE, SIDE), Image.LANCZOS)
    rgb = np.asarray(picture)
    gray = np.asarray(picture.convert("L"))
    opaque = np.full((SIDE, SIDE, 1), 255, dtype="u1")

    png(OUT / "rgb.png", rgb, 2, 8)
    interlaced(OUT / "interlaced.png", rgb)
    png(OUT / "rgba_opaque.png", np.dstack([rgb, opaque]), 6, 8)
    png(OUT / "rgb16.png", rgb.astype("u2") * 257, 2, 16)
    png(OUT / "rgba16.png", np.dstack([rgb, opaque]).astype("u2") * 257, 6, 16)
    png(OUT / "gray.png", gray, 0, 8)
    png(OUT / "gray16.png", gray.astype("u2") * 257, 0, 16)
    png(OUT / "gray_alpha.png", np.dstack([gray[..., None], opaque]), 4, 8)

    picture.save(OUT / "rgb.jpg", quality=95, subsampling=0)
    picture.save(OUT / "progressive.jpg", quality=95, subsampling=0, progressive=True)
    picture.convert("L").save(OUT / "gray.jpg", quality=95)
    (OUT / "misnamed_png.jpg").write_bytes((OUT / "rgb.png").read_bytes())

    # Ink of half of the darkness in black: other inks than Pillow's own conversion, the same picture.
    black = (255 - rgb.max(axis=2).astype("f8")) / 2
    light = 255 - black[..., None]
    cmy = 255 - 255 * rgb.astype("f8") / light
    cmyk = np.dstack([cmy, black]).round().clip(0, 255).astype("u1")
    Image.fromarray(cmyk, "CMYK").save(OUT / "cmyk.jpg", quality=97, subsampling=0)

    # YCCK: Adobe stores inverted ink, and its first three as YCbCr of what is left of white.
    stored = 255 - cmyk
    ycc = np.asarray(Image.fromarray(255 - stored[..., :3], "RGB").convert("YCbCr"))
    channels = np.dstack([ycc, stored[..., 3]])
    buffer = BytesIO()
    Image.fromarray(255 - channels, "CMYK").save(buffer, "JPEG", quality=97, subsampling=0)
    data = bytearray(buffer.getvalue())
    place = data.index(b"Adobe") + 11
    assert data[place] == 0
    data[place] = 2
    (OUT / "ycck.jpg").write_bytes(data)

    half = np.zeros((SIDE, SIDE, 4), dtype="u1")
    half[:, : SIDE // 2] = (10, 20, 30, 0)
    half[:, SIDE // 2 :] = (255, 0, 0, 255)
    png(OUT / "alpha.png", half, 6, 8)
    palette = Image.fromarray((half[..., 3] > 0).astype("u1"), "P")
    palette.putpalette([10, 20, 30, 255, 0, 0])
    palette.save(OUT / "palette_alpha.png", transparency=0)

    bgra = np.dstack([half[::-1, :, 2::-1], half[::-1, :, 3:]]).tobytes()
    header = struct.pack(
        "<2sIHHIIiiHHIIiiIIIIII", b"BM", 14 + 108 + len(bgra), 0, 0, 14 + 108, 108, SIDE, SIDE, 1, 32, 3, len(bgra),
        2835, 2835, 0, 0, 0xFF0000, 0xFF00, 0xFF, 0xFF000000
    )
    (OUT / "alpha.bmp").write_bytes(header.ljust(14 + 108, b"\0") + bgra)

    grays = b"".join(bytes([i, i, i, 0]) for i in range(256))
    bmp(OUT / "bmp24.bmp", rgb[::-1, :, ::-1].tobytes(), 24)
    bmp(OUT / "bmp24_top_down.bmp", rgb[:, :, ::-1].tobytes(), 24, top_down=True)
    bmp(OUT / "bmp32.bmp", np.dstack([rgb[::-1, :, ::-1], opaque]).tobytes(), 32)
    bmp(OUT / "palette8.bmp", gray[::-1].tobytes(), 8, palette=grays)
    runs = b"".join(b"".join(bytes([1, v]) for v in row) + b"\0\0" for row in gray[::-1]) + b"\0\1"
    bmp(OUT / "rle8.bmp", runs, 8, compression=1, palette=grays)


main()
