"""Small OFD files as different programs write them. Places are millimetres from the page's top left corner."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

EM = 4.2


@dataclass
class Program:
    """How a program writes: the prefix of its elements and their namespace, whether its paths begin at the root, how its
    text says where characters stand (`list`, `repeat`, `single`: a character an object, `turned`: sizes by the matrix),
    how it draws rulings (`stroke`, `fill`, `box`: a cell at a time)."""

    prefix: str = "ofd:"
    space: str = "http://www.ofdspec.org/2016"
    absolute: bool = False
    text: str = "list"
    rulings: str = "stroke"
    own_area: bool = False


@dataclass
class Sheet:
    """A page: its objects, and the numbers of its templates."""

    objects: list[str] = field(default_factory=list)
    templates: Sequence[str] = ()


def text(words: str, x: float, base: float, program: Program | None = None, em: float = EM, more: str = "") -> str:
    """One line of text from x on the base line. Chinese characters are one em wide, others half."""
    program = program or Program()
    widths = [em if sign > "\x7f" else em / 2 for sign in words]
    p, box = program.prefix, f"{x:.3f} {base - em:.3f} {sum(widths):.3f} {em * 1.2:.3f}"
    if program.text == "single":
        parts = []
        for sign, width in zip(words, widths, strict=True):
            place = f"{x:.3f} {base - em:.3f} {width:.3f} {em * 1.2:.3f}"
            code = f'<{p}TextCode X="0" Y="{em}">{sign}</{p}TextCode>'
            parts.append(f'<{p}TextObject ID="1" Boundary="{place}" Font="1" Size="{em}"{more}>{code}</{p}TextObject>')
            x += width
        return "".join(parts)
    if program.text == "turned":
        steps = " ".join(f"{width / em:.4f}" for width in widths[:-1])
        code = f'<{p}TextCode X="0" Y="1" DeltaX="{steps}">{words}</{p}TextCode>'
        return (
            f'<{p}TextObject ID="1" Boundary="{box}" CTM="{em} 0 0 {em} 0 0" Font="1" Size="1"{more}>'
            f"{code}</{p}TextObject>"
        )
    steps = " ".join(f"{width:.3f}" for width in widths[:-1])
    if program.text == "repeat":
        runs: list[list[float]] = []
        for width in widths[:-1]:
            if runs and runs[-1][1] == width:
                runs[-1][0] += 1
            else:
                runs.append([1, width])
        steps = " ".join(f"g {count} {width:.3f}" if count > 1 else f"{width:.3f}" for count, width in runs)
    code = f'<{p}TextCode X="0" Y="{em}" DeltaX="{steps}">{words}</{p}TextCode>'
    return f'<{p}TextObject ID="1" Boundary="{box}" Font="1" Size="{em}"{more}>{code}</{p}TextObject>'


def path(box: tuple[float, float, float, float], data: str, program: Program, more: str = "") -> str:
    place = " ".join(f"{value:.3f}" for value in box)
    p = program.prefix
    return f'<{p}PathObject ID="2" Boundary="{place}"{more}><{p}AbbreviatedData>{data}</{p}AbbreviatedData></{p}PathObject>'


def line(x0: float, y0: float, x1: float, y1: float, program: Program) -> str:
    wide, high = x1 - x0, y1 - y0
    if program.rulings == "fill":
        wide, high = wide or 0.18, high or 0.18
        data = f"M 0 0 L {wide:.3f} 0 L {wide:.3f} {high:.3f} L 0 {high:.3f} C"
        return path((x0, y0, wide, high), data, program, ' Stroke="false" Fill="true"')
    data = f"M 0.09 0.09 L {wide + 0.09:.3f} {high + 0.09:.3f}"
    return path((x0 - 0.09, y0 - 0.09, wide + 0.18, high + 0.18), data, program, ' LineWidth="0.18"')


def table(rows: Sequence[Sequence[str]], x: float, top: float, program: Program, width: float = 40) -> list[str]:
    """A ruled table; a row with fewer cells than the first merges its last cell over the rest."""
    high, columns = 10.0, len(rows[0])
    drawn: list[str] = []
    bottom = top + high * len(rows)
    for r, row in enumerate(rows):
        y = top + r * high
        edges = [x + width * c for c in range(len(row))] + [x + width * columns]
        for words, left, right in zip(row, edges, edges[1:], strict=False):
            if words:
                drawn.append(text(words, left + 2, y + 6.5, program))
            if program.rulings == "box":
                data = f"M 0 0 L {right - left} 0 L {right - left} {high} L 0 {high} C"
                drawn.append(path((left, y, right - left, high), data, program, ' Stroke="true" Fill="false"'))
        if program.rulings != "box":
            drawn.append(line(x, y, x + width * columns, y, program))
            drawn += [line(edge, y, edge, y + high, program) for edge in edges]
    if program.rulings != "box":
        drawn.append(line(x, bottom, x + width * columns, bottom, program))
    return drawn


def image(x: float, y: float, width: float, height: float, program: Program | None = None) -> str:
    p = (program or Program()).prefix
    place = f"{x} {y} {width} {height}"
    return f'<{p}ImageObject ID="3" Boundary="{place}" CTM="{width} 0 0 {height} 0 0" ResourceID="9"/>'


def ofd(
    file: Path,
    pages: Sequence[Sheet | list[str]],
    program: Program | None = None,
    templates: dict[str, list[str]] | None = None,
    fonts: str = "",
    body: str = "",
    root: str = "",
    more: dict[str, str | bytes] | None = None,
    area: str = "0 0 210 297",
    folders: int = 1,
) -> Path:
    """An OFD of these pages; `fonts`, `body`, `root` are elements to add to the resources, the DocBody and the document's
    root, `more` further members. With several `folders` there is as many times the same document."""
    program = program or Program()
    p, start = program.prefix, "/{folder}/" if program.absolute else ""
    declared = f'xmlns{":" if p else ""}{p.rstrip(":")}="{program.space}"' if program.space else ""
    area = f"<{p}PhysicalBox>{area}</{p}PhysicalBox>"
    templates = templates or {}
    members: dict[str, str | bytes] = {}
    bodies = []
    for number in range(folders):
        folder = f"Doc_{number}"
        base = start.format(folder=folder)
        listed = "".join(
            f'<{p}Page ID="{100 + n}" BaseLoc="{base}Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
        )
        shared = "".join(
            f'<{p}TemplatePage ID="{key}" ZOrder="Background" BaseLoc="{base}Tpls/Tpl_{key}/Content.xml"/>'
            for key in templates
        )
        common = "" if program.own_area else f"<{p}PageArea>{area}</{p}PageArea>"
        members[f"{folder}/Document.xml"] = (
            f"<{p}Document {declared}><{p}CommonData><{p}MaxUnitID>99</{p}MaxUnitID>{common}"
            f"<{p}PublicRes>{base}PublicRes.xml</{p}PublicRes>{shared}</{p}CommonData>"
            f"<{p}Pages>{listed}</{p}Pages>{root}</{p}Document>"
        )
        members[f"{folder}/PublicRes.xml"] = (
            f'<{p}Res {declared} BaseLoc="Res"><{p}Fonts><{p}Font ID="1" FontName="宋体"/>{fonts}</{p}Fonts></{p}Res>'
        )
        for key, objects in templates.items():
            members[f"{folder}/Tpls/Tpl_{key}/Content.xml"] = _page(objects, "", program, declared)
        for n, page in enumerate(pages):
            sheet = page if isinstance(page, Sheet) else Sheet(page)
            head = f"<{p}Area>{area}</{p}Area>" if program.own_area else ""
            head = "".join(f'<{p}Template TemplateID="{key}"/>' for key in sheet.templates) + head
            members[f"{folder}/Pages/Page_{n}/Content.xml"] = _page(sheet.objects, head, program, declared)
        place = f"{'/' if program.absolute else ''}{folder}/Document.xml"
        bodies.append(f"<{p}DocBody><{p}DocInfo/><{p}DocRoot>{place}</{p}DocRoot>{body}</{p}DocBody>")
    members["OFD.xml"] = f'<{p}OFD {declared} Version="1.0" DocType="OFD">{"".join(bodies)}</{p}OFD>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members | (more or {})).items():
            archive.writestr(name, content)
    return file


def _page(objects: list[str], head: str, program: Program, declared: str) -> str:
    p = program.prefix
    layer = f'<{p}Layer ID="8" Type="Body">{"".join(objects)}</{p}Layer>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{p}Page {declared}>{head}<{p}Content>{layer}</{p}Content></{p}Page>'
    )
