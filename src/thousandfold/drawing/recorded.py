"""A drawing as a list of marks: plain data that a page in a browser can draw again as SVG.

matplotlib lays a figure out and draws it as always; only what it would paint is written down. So
what plays in a page is the figure of the notebook, and no second program draws it.
"""

from __future__ import annotations

import base64
import io
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from thousandfold.drawing.axes import STYLE
from thousandfold.drawing.words import width

UNITS = 200
"""Units of an inch of the figure: whole numbers of them, half a pixel of a page, are enough."""

_POINTS = 72
_CIRCLE = 26  # vertices of the eight curves that matplotlib draws a circle with
_ROUND = 40
_ANCHOR = {"left": "start", "center": "middle", "right": "end"}
_VERTICES = {Path.CURVE3: 2, Path.CURVE4: 3}
_LETTER = {Path.LINETO: "l", Path.CURVE3: "q", Path.CURVE4: "c"}
_ALONG = {"start": 0.0, "middle": 0.5, "end": 1.0}

Mark = dict[str, Any]


class Recorder(RendererBase):
    """Writes down what a figure paints, now and after each change of it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    """

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        self._figure = figure
        self._marks: list[Mark] = []
        self._texts: dict[str, Text] = {}
        self._halos: set[str] = set()
        self._groups: list[str] = []
        self._dpi = figure.dpi
        self._scale = UNITS / figure.dpi

    def marks(self) -> list[Mark]:
        """Return what the figure paints, from the back to the front.

        Returns
        -------
        list of dict
            Marks, in units of 1/200 inch from the upper left corner. Each has its look (``fill``,
            ``stroke``, ``width``, ``dash``, ``opacity``, ``hatch`` and its colour ``over``) and
            one of these: ``path``, as SVG has it; ``dots`` with ``radius``, each place as far from
            the one before; ``ties``, pairs of dots, which are counted over the whole drawing, or
            -1, -2, … for places that stand under ``also``; ``words`` with ``x``, ``y``, ``size``,
            and where it is so ``anchor``, ``bold``, ``italic``, ``halo`` and ``turn``; ``image``
            with ``x``, ``y`` and ``size``.
        """
        self._marks, self._groups = [], []
        self._texts = {f"text-{n}": text for n, text in enumerate(self._figure.findobj(Text))}
        before = [(text, text.get_gid(), text.get_path_effects()) for text in self._texts.values()]
        self._halos = {name for name, text in self._texts.items() if text.get_path_effects()}
        try:
            for name, text in self._texts.items():
                text.set_gid(name)
                text.set_path_effects([])
            with mpl.rc_context(STYLE):
                self._figure.draw(self)
        finally:
            for text, gid, effects in before:
                text.set_gid(gid)
                text.set_path_effects(effects)
        return _compact(self._marks)

    @property
    def _high(self) -> float:
        return float(self._figure.get_figheight()) * UNITS

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure in its pixels."""
        wide, high = self._figure.get_size_inches() * self._dpi
        return float(wide), float(high)

    def points_to_pixels(self, points: Any) -> Any:
        """Return a length in the pixels of the figure."""
        return points * self._dpi / _POINTS

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Remember which words come now."""
        self._groups.append(gid if s == "text" and gid else "")

    def close_group(self, s: str) -> None:
        """Forget them."""
        self._groups.pop()

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Any,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """Write a shape or a line down, or the circle that it is."""
        look = self._look(gc, rgbFace)
        if not look:
            return
        if _is_circle(path):
            middle, edge = transform.transform([(0, 0), np.asarray(path.vertices)[0]])
            radius = round(float(np.hypot(*(edge - middle))) * self._scale, 1)
            self._add("dots", self._places(middle), look | {"radius": radius})
            return
        clip = gc.get_clip_rectangle()
        if clip is not None and rgbFace is not None:
            path, transform = path.transformed(transform).clip_to_bbox(clip), None
        drawn = path.cleaned(
            transform,
            clip=None if clip is None or rgbFace is not None else (*clip.min, *clip.max),
            simplify=path.should_simplify and rgbFace is None,
            curves=True,
        )
        places, codes = self._places(drawn.vertices), np.asarray(drawn.codes)
        codes = codes[codes != Path.STOP]
        if rgbFace is None and list(codes) == [Path.MOVETO, Path.LINETO]:
            self._add("lines", places[None, :2], look)
        elif rgbFace is not None and (ground := _ground(places)):
            self._add("dots", np.array(ground[:1]), look | {"radius": ground[1]})
        elif shape := _svg(places, codes):
            self._marks.append({"path": shape, **look})

    def draw_path_collection(self, gc: GraphicsContextBase, *told: Any, **more: Any) -> None:
        """Write many straight lines down at once, which takes a fifth of the time."""
        master, paths, transforms, offsets, _, faces, edges, widths, styles = told[:9]
        lines = [path.vertices for path in paths]
        moved = len(faces) or len(transforms) or np.any(offsets)
        alike = len(edges) == 1 and len({str(style) for style in styles}) == 1
        if moved or not alike or {np.shape(line) for line in lines} != {(2, 2)}:
            super().draw_path_collection(gc, *told, **more)
            return
        places = self._places(master.transform(np.concatenate(lines))).reshape(-1, 2, 2)
        wide = np.round(np.resize(widths, len(lines)), 1)
        one = self.new_gc()
        one.set_foreground(tuple(edges[0]), isRGBA=True)
        one.set_dashes(*styles[0])
        for each in np.unique(wide):
            one.set_linewidth(each)
            if look := self._look(one, None):
                self._add("lines", places[wide == each], look)

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Any,
        path: Path,
        trans: Any,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """Write one shape down at many places."""
        whole = self.new_gc()
        whole.copy_properties(gc)
        whole.set_clip_rectangle(None)  # a marker at the edge is seen as a whole
        clip = gc.get_clip_rectangle()
        for x, y in trans.transform(path.vertices):
            if not np.isfinite([x, y]).all():
                continue
            inside = clip is None or clip.padded(1).contains(x, y)
            if not inside and _is_circle(marker_path):
                continue
            # matplotlib draws a band as a marker at its corner 0, too.
            place = marker_trans + Affine2D().translate(x, y)
            self.draw_path(whole if inside else gc, marker_path, place, rgbFace)

    def draw_gouraud_triangles(
        self, gc: GraphicsContextBase, triangles_array: Any, colors_array: Any, transform: Any
    ) -> None:
        """Paint colours that run into each other as an image: SVG has none."""
        wide, high = (round(side) for side in self.get_canvas_width_height())
        painter = RendererAgg(wide, high, self._dpi)
        clip = gc.get_clip_rectangle()
        whole = painter.new_gc()
        whole.set_clip_rectangle(clip)
        painter.draw_gouraud_triangles(whole, triangles_array, colors_array, transform)
        edges = (0, 0, wide, high) if clip is None else clip.extents
        left, bottom, right, top = (round(edge) for edge in edges)
        pixels = np.asarray(painter.buffer_rgba())[high - top : high - bottom, left:right]
        [[x, y]] = self._places([(left, top)]).tolist()
        size = [round(side * self._scale) for side in (right - left, top - bottom)]
        self._marks.append({"image": _png(pixels), "x": x, "y": y, "size": size})

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        """Write words down, with the end that stays where it is in whatever font a page has."""
        points, bold = prop.get_size_in_points(), prop.get_weight() == "bold"
        name = self._groups[-1]
        anchor = _anchor(self._texts[name])
        along = self.points_to_pixels(_ALONG[anchor] * width(s, points, bold))
        x, y = x + along * np.cos(np.deg2rad(angle)), y - along * np.sin(np.deg2rad(angle))
        right, down = round(x * self._scale), round(y * self._scale)  # words count from the top
        mark: Mark = {"words": s, "x": right, "y": down}
        mark |= {"size": round(points * UNITS / _POINTS, 1), "fill": to_hex(gc.get_rgb())}
        told = {
            "anchor": "" if anchor == "start" else anchor,
            "bold": bold,
            "italic": prop.get_style() == "italic",
            "halo": name in self._halos,
            "turn": -round(angle),
        }
        self._marks.append(mark | {name: value for name, value in told.items() if value})

    def _look(self, gc: GraphicsContextBase, face: Any) -> Mark:
        """Return how something is painted; nothing where it cannot be seen."""
        look: Mark = {}
        opacity = 1.0
        if gc.get_linewidth() > 0 and gc.get_rgb()[3] > 0:
            opacity = gc.get_rgb()[3]
            look["stroke"] = to_hex(gc.get_rgb())
            look["width"] = round(self.points_to_pixels(gc.get_linewidth()) * self._scale, 1)
            spans = gc.get_dashes()[1]
            if spans is not None:
                spans = self.points_to_pixels(np.asarray(spans)) * self._scale
                look["dash"] = " ".join(f"{span:.0f}" for span in spans)
        if face is not None and face[-1] > 0:
            opacity = face[3] if len(face) > 3 and not look else opacity
            look["fill"] = to_hex(face)
        if gc.get_hatch():
            look["hatch"] = gc.get_hatch()
            look["over"] = to_hex(gc.get_hatch_color())
        if look and opacity < 1:
            look["opacity"] = round(float(opacity), 2)
        return look

    def _places(self, pixels: Any) -> Any:
        """Return places in whole units from the upper left corner, shape (n, 2)."""
        x, y = np.reshape(np.asarray(pixels, dtype=float), (-1, 2)).T * self._scale
        return np.round(np.column_stack([x, self._high - y])).astype(int)

    def _add(self, name: str, places: Any, look: Mark) -> None:
        """Add places to the last mark if that looks alike, else a mark of their own."""
        last = self._marks[-1] if self._marks else {}
        if name in last and {**last, name: None} == {name: None, **look}:
            last[name] = np.concatenate([last[name], places])
        else:
            self._marks.append({name: places, **look})


def _is_circle(path: Path) -> bool:
    codes = [] if path.codes is None else np.asarray(path.codes).tolist()
    return len(codes) == _CIRCLE and Path.CURVE4 in codes


def _ground(places: Any) -> tuple[list[int], float] | None:
    """Return middle and radius of a polygon with so many corners that it is seen as a circle."""
    corners = np.unique(places, axis=0)
    if len(corners) < _ROUND:
        return None
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    away = np.hypot(*(corners - middle).T)
    if np.ptp(away) > 2:
        return None
    return [int(side) for side in middle], round(float(away.mean()), 1)


def _anchor(text: Text) -> str:
    """Return which end of its words stays where it is, in whatever font a page has."""
    several = "\n" in text.get_text()
    side = text._get_multialignment() if several else text.get_horizontalalignment()  # type: ignore[attr-defined]  # noqa: SLF001
    return _ANCHOR[side]


def _svg(places: Any, codes: Any) -> str:
    """Return a path as SVG has it, each place as far from the one before."""
    parts: list[str] = []
    at = start = np.zeros(2, dtype=int)
    index, letter = 0, ""
    while index < len(codes):
        code = codes[index]
        if code == Path.CLOSEPOLY:
            parts.append("z")
            at, letter, index = start, "z", index + 1
            continue
        these = places[index : index + _VERTICES.get(code, 1)].astype(int)
        index += len(these)
        if code == Path.MOVETO:
            at = start = these[0]
            parts.append(f"M{at[0]} {at[1]}")
            letter = ""
            continue
        steps = " ".join(f"{x} {y}" for x, y in these - at)
        if code == Path.LINETO and steps == "0 0":
            continue
        parts.append(f" {steps}" if _LETTER[code] == letter else f"{_LETTER[code]}{steps}")
        at, letter = these[-1], _LETTER[code]
    return "".join(parts)


def _compact(marks: list[Mark]) -> list[Mark]:
    """Return marks as plain data; lines between dots become pairs of these, a third as long."""
    dots = [tuple(place) for mark in marks for place in np.asarray(mark.get("dots", [])).tolist()]
    number = {place: n for n, place in enumerate(dots)}
    made = []
    for mark in marks:
        plain = dict(mark)
        if "dots" in plain:
            plain["dots"] = np.diff(plain["dots"], axis=0, prepend=[[0, 0]]).ravel().tolist()
        if "lines" in plain:
            lines = plain.pop("lines").tolist()
            ends = [tuple(place) for line in lines for place in line]
            also = list(dict.fromkeys(end for end in ends if end not in number))
            if len(also) < len(lines):
                elsewhere = {end: -1 - n for n, end in enumerate(also)}
                ties = [number.get(end, elsewhere.get(end)) for end in ends]
                plain = {"ties": ties, "also": [side for end in also for side in end], **plain}
            else:
                path = "".join(f"M{x} {y}l{u - x} {v - y}" for (x, y), (u, v) in lines)
                plain = {"path": path, **plain}
        made.append(plain)
    return made


def _png(pixels: Any) -> str:
    """Return an image as an address that holds it."""
    from PIL import Image

    with io.BytesIO() as buffer:
        Image.fromarray(pixels).save(buffer, "png", optimize=True)
        return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
