#!/usr/bin/env python3
"""Write the sample pictures of this folder: `python make_samples.py [folder]`.

Everything is derived from the public domain portrait that scikit-image ships, see PROVENANCE.md.
Needs numpy, Pillow and scikit-image 0.26 or later.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL
import skimage
from numpy.typing import NDArray
from PIL import Image, ImageOps
from skimage import data, draw, filters, transform

Floats = NDArray[np.float64]

# The 68 landmarks of the face (x, y), in pixels of the 512 x 512 portrait, in the order of the
# iBUG 300-W scheme: jaw, brows, nose, eyes, outer lips, inner lips. Found with dlib's landmark
# predictor, averaged over three enlargements; literal, so that this script does not need dlib.
# fmt: off
LANDMARKS: Floats = np.array([
    (179.7, 104.3), (179.9, 115.9), (180.9, 127.3), (182, 138.7), (184.8, 150.3), (190.9, 160.4),
    (199.6, 168.6), (209.3, 176), (220.4, 178.6), (232.1, 177.1), (243, 171.4), (253.1, 163.8),
    (260.4, 154.2), (265, 143.2), (267.9, 131.6), (270.2, 120.3), (272, 108.2), (186.4, 94.1),
    (192.4, 88.2), (200.6, 87.2), (209.2, 88.9), (216.6, 92.6), (236.1, 93.8), (244.1, 91),
    (252.2, 90.6), (260.3, 92.2), (265.4, 98.6), (226.1, 102.2), (225.8, 110.6), (225.6, 118.9),
    (225.4, 127.4), (214.2, 131.2), (219.4, 132.6), (224.5, 134.6), (229.8, 133.4), (234.8, 132),
    (195.2, 101.1), (200.6, 98), (207.2, 98.6), (212.6, 104), (206.4, 104.2), (200, 103.7),
    (237.6, 105.2), (243.6, 100.4), (250.1, 100.4), (255.4, 104.4), (250.4, 106.4), (244, 106.1),
    (200.4, 139.1), (209.1, 139.4), (217.9, 139.6), (223.5, 141), (229.6, 140), (237.6, 140.4),
    (245.9, 140.9), (237.6, 151.1), (229.2, 155.2), (222.6, 156), (216.2, 154.8), (207.8, 149.8),
    (203.2, 140.6), (217.6, 143.2), (223.4, 144.4), (229.4, 143.6), (242.9, 142), (229.2, 150),
    (222.9, 150.6), (216.9, 149.6),
])
# fmt: on
JAW, LEFT_BROW, RIGHT_BROW = slice(0, 17), slice(17, 22), slice(22, 27)
LEFT_EYE, RIGHT_EYE = slice(36, 42), slice(42, 48)
# The folds that the smile draws from the nose to the mouth corners.
FOLDS = (
    np.array([(208, 127), (202, 132), (197, 136.5), (199, 142), (201, 147)]),
    np.array([(238, 123), (243, 129), (248, 134), (250, 139), (249, 146)]),
)
OUTER_TOP, OUTER_BOTTOM = slice(48, 55), slice(55, 60)
INNER_TOP, INNER_BOTTOM = slice(60, 65), slice(65, 68)
INNER_LIPS = slice(60, 68)

BUST = (78, 0, 300)  # left, top, side of the square with head and shoulders
FACE_WINDOW = (150, 55, 150)  # the part a warp may change
OVERSAMPLING = 2  # a warp resamples, so it works on an enlarged window to stay sharp
JPEG_QUALITY = 88


@dataclass(frozen=True)
class Expression:
    """Where the landmarks shall go; lengths in units of the distance between the eye centres.

    Heights are measured downwards from the line through the eye centres.
    """

    mouth_width: float
    mouth_height: float  # of the line between the lips, at the middle of the mouth
    corner_drop: float  # of the mouth corners below that line
    mouth_gap: float  # between the lips, at the middle of the mouth
    upper_lip: float
    lower_lip: float
    inner_brow_lift: float
    outer_brow_lift: float
    eye_opening: float  # factor
    jaw_drop: float
    mouth_colour: tuple[int, int, int]  # replaces the teeth between the lips


LIP_SEAM = (140, 76, 72)
OPEN_MOUTH = (58, 24, 24)

# Chosen by hand, so that dlib's landmarks on the results come near the average proportions of each
# expression. Two each: the second one is used mirrored.
EXPRESSIONS: dict[str, tuple[Expression, Expression]] = {
    "neutral": (
        Expression(0.76, 1.08, 0.02, 0.02, 0.08, 0.14, 0.04, 0.05, 0.94, 0.0, LIP_SEAM),
        Expression(0.79, 1.07, 0.03, 0.02, 0.08, 0.14, 0.05, 0.06, 0.98, 0.0, LIP_SEAM),
    ),
    "sad": (
        Expression(0.76, 1.08, 0.10, 0.02, 0.07, 0.13, 0.09, -0.03, 0.80, 0.0, LIP_SEAM),
        Expression(0.79, 1.07, 0.12, 0.02, 0.07, 0.13, 0.11, -0.03, 0.76, 0.0, LIP_SEAM),
    ),
    "surprised": (
        Expression(0.66, 1.17, 0.08, 0.28, 0.09, 0.16, 0.11, 0.10, 1.30, 0.08, OPEN_MOUTH),
        Expression(0.62, 1.19, 0.10, 0.36, 0.09, 0.16, 0.13, 0.12, 1.40, 0.11, OPEN_MOUTH),
    ),
}


def expression_landmarks(expression: Expression) -> Floats:
    """The portrait's landmarks, moved to show the expression."""
    left, right = LANDMARKS[LEFT_EYE].mean(axis=0), LANDMARKS[RIGHT_EYE].mean(axis=0)
    across = right - left
    # Rows: the axes of the face's own frame, so that lifting a brow follows a tilted head.
    axes = np.array([across, (-across[1], across[0])])
    origin = (left + right) / 2
    points = (LANDMARKS - origin) @ axes.T / (across @ across)

    ramp = np.linspace(0, 1, 5)
    points[LEFT_BROW, 1] -= np.interp(
        ramp, (0, 1), (expression.outer_brow_lift, expression.inner_brow_lift)
    )
    points[RIGHT_BROW, 1] -= np.interp(
        ramp, (0, 1), (expression.inner_brow_lift, expression.outer_brow_lift)
    )
    for eye in (LEFT_EYE, RIGHT_EYE):
        middle = points[eye, 1].mean()
        points[eye, 1] = middle + (points[eye, 1] - middle) * expression.eye_opening

    # The ends of the jaw line stay, the chin drops most.
    points[JAW, 1] += expression.jaw_drop * np.sin(np.linspace(0, np.pi, 17)) ** 2

    corners = points[[48, 54], 0]
    centre, half_width = corners.mean(), np.ptp(corners) / 2
    for part, side, lip in (
        (OUTER_TOP, -1, expression.upper_lip),
        (OUTER_BOTTOM, 1, expression.lower_lip),
        (INNER_TOP, -1, 0.0),
        (INNER_BOTTOM, 1, 0.0),
    ):
        t = (points[part, 0] - centre) / half_width
        points[part, 0] = centre + t * expression.mouth_width / 2
        points[part, 1] = (
            expression.mouth_height
            + expression.corner_drop * t**2
            + side * (expression.mouth_gap / 2 * np.sqrt(1 - t**2) + lip * (1 - t**2))
        )
    return points @ axes + origin


def fill_mouth(image: Floats, lips: Floats, colour: tuple[int, int, int]) -> Floats:
    """Paint over the teeth: no expression but the smile shows them."""
    mask = draw.polygon2mask(image.shape[:2], lips[:, ::-1]).astype(float)
    # Doubling the blurred mask widens it by about a sigma: the lip line bulges between landmarks.
    mask = np.clip(2 * filters.gaussian(mask, 0.9 * OVERSAMPLING), 0, 1)[..., None]
    return image * (1 - mask) + np.array(colour) / 255 * mask


def soften_folds(image: Floats, folds: list[Floats]) -> Floats:
    """Blur the smile's folds, which would tell of the smile after the mouth has moved."""
    mask = np.zeros(image.shape[:2])
    for fold in folds:
        for (x0, y0), (x1, y1) in zip(np.rint(fold[:-1]), np.rint(fold[1:]), strict=True):
            mask[draw.line(int(y0), int(x0), int(y1), int(x1))] = 1
    mask = filters.gaussian(mask, 2 * OVERSAMPLING)
    mask = np.clip(1.6 * mask / mask.max(), 0, 1)[..., None]
    return image * (1 - mask) + filters.gaussian(image, 3.5 * OVERSAMPLING, channel_axis=-1) * mask


def warp_face(portrait: Floats, expression: Expression) -> Floats:
    """The portrait with its face warped to the expression."""
    left, top, side = FACE_WINDOW
    rows, columns = slice(top, top + side), slice(left, left + side)
    size = side * OVERSAMPLING
    window = transform.resize(portrait[rows, columns], (size, size), order=3)

    def to_window(points: Floats) -> Floats:
        # Pixel centres are at whole coordinates in both pictures.
        return (points - (left, top) + 0.5) * OVERSAMPLING - 0.5

    source, target = to_window(LANDMARKS), to_window(expression_landmarks(expression))
    window = soften_folds(window, [to_window(fold) for fold in FOLDS])
    window = fill_mouth(window, source[INNER_LIPS], expression.mouth_colour)

    # Points on the rim stay in place, so that the window fits back without a seam.
    steps = np.linspace(0, size - 1, 9)
    rim = np.array([(x, y) for x in steps for y in steps if {x, y} & {0, size - 1}])
    # warp() asks where an output pixel comes from, hence from target to source.
    spline = transform.ThinPlateSplineTransform.from_estimate(
        np.vstack([target, rim]), np.vstack([source, rim])
    )
    warped = transform.warp(window, spline, order=3, mode="edge")

    result = portrait.copy()
    result[rows, columns] = transform.resize(warped, (side, side), anti_aliasing=True)
    return result


def to_image(pixels: Floats) -> Image.Image:
    return Image.fromarray(np.round(np.clip(pixels, 0, 1) * 255).astype(np.uint8))


def crop(pixels: Floats, left: int, top: int, side: int) -> Image.Image:
    return to_image(pixels[top : top + side, left : left + side])


def landscape(width: int = 320, height: int = 240) -> Image.Image:
    """Sky, sun, hills and water, all of them gradients: nothing a face detector should find."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    picture = np.stack([0.35 + 0.5 * y, 0.55 + 0.3 * y, 0.95 - 0.2 * y], axis=-1)
    glow = np.exp(-((x - 0.75) ** 2 + (y - 0.2) ** 2) / 0.008)[..., None]
    picture += glow * (np.array([1.0, 0.95, 0.7]) - picture)
    for base, swing, waves, colour in (
        (0.50, 0.10, 1.3, (0.45, 0.52, 0.62)),
        (0.62, 0.07, 2.1, (0.30, 0.47, 0.36)),
        (0.76, 0.04, 0.7, (0.18, 0.36, 0.20)),
    ):
        ridge = base + swing * np.sin(2 * np.pi * waves * x + 9 * base)
        hill = y > ridge
        picture[hill] = (np.array(colour) * (1.2 - 0.6 * (y - ridge))[..., None])[hill]
    water = y > 0.86
    shine = 0.05 * np.sin(60 * y**2 + 3 * np.sin(8 * x))
    picture[water] = (np.array([0.25, 0.42, 0.60]) + shine[..., None])[water]
    return to_image(picture)


def montage(faces: list[Image.Image], spacing: int = 12) -> Image.Image:
    width, height = faces[0].size
    sheet = Image.new(
        "RGB",
        (spacing + len(faces) * (width + spacing), height + 2 * spacing),
        (235, 235, 230),
    )
    for i, face in enumerate(faces):
        sheet.paste(face, (spacing + i * (width + spacing), spacing))
    return sheet


def save(image: Image.Image, path: Path, **options: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jpg":
        image.save(path, quality=JPEG_QUALITY, **options)
    else:
        image.save(path, optimize=True, **options)


def write_faces(folder: Path, portrait: Floats, warped: dict[str, list[Floats]]) -> None:
    happy = crop(portrait, *BUST)
    save(happy, folder / "happy/portrait.jpg")
    save(ImageOps.mirror(happy), folder / "happy/mirrored.jpg")
    # Counter-clockwise about the face; reflecting keeps black corners out of the crop.
    rotated = transform.rotate(portrait, 10, center=(225, 130), mode="reflect", order=3)
    save(crop(rotated, *BUST), folder / "happy/rotated.jpg")
    small = crop(portrait, 154, 50, 144).resize((96, 96), Image.Resampling.LANCZOS)
    save(small, folder / "happy/small.png")
    tiny = crop(portrait, 166, 63, 120).convert("L").resize((48, 48), Image.Resampling.LANCZOS)
    save(tiny, folder / "happy/tiny_gray.png")

    for name, (first, second) in warped.items():
        save(crop(first, *BUST), folder / name / "warped.jpg")
        save(ImageOps.mirror(crop(second, *BUST)), folder / name / "warped_mirrored.jpg")


def write_others(folder: Path, portrait: Floats, warped: dict[str, list[Floats]]) -> None:
    pictures = [portrait] + [first for first, _ in warped.values()]
    save(montage([crop(picture, 145, 40, 160) for picture in pictures]), folder / "montage.png")
    save(landscape(), folder / "no_face.png")

    truncated = folder / "truncated.jpg"
    save(crop(portrait, *BUST), truncated)
    content = truncated.read_bytes()
    truncated.write_bytes(content[: len(content) * 6 // 10])

    (folder / "not_an_image.jpg").write_text("This is a text file, whatever its name says.\n")

    # Orientation 6: to be turned a quarter clockwise for display, so it is stored turned back.
    # Not square, so that mixing up the sides shows.
    upright = to_image(portrait[:320, 98:358])
    exif = Image.Exif()
    exif[0x0112] = 6
    save(upright.transpose(Image.Transpose.ROTATE_90), folder / "oriented.jpg", exif=exif)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    print(
        f"Python {sys.version.split()[0]}, numpy {np.__version__}, "
        f"Pillow {PIL.__version__}, scikit-image {skimage.__version__}"
    )
    portrait: Floats = data.astronaut() / 255.0
    warped = {
        name: [warp_face(portrait, expression) for expression in expressions]
        for name, expressions in EXPRESSIONS.items()
    }
    write_faces(folder / "faces", portrait, warped)
    write_others(folder / "others", portrait, warped)


if __name__ == "__main__":
    main()
