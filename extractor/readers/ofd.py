"""OFD (GB/T 33190), the government's page format: a zip of XML that draws pages as PDF does.

`ofd_page` makes glyphs and rulings of a page, `page_blocks` tables and paragraphs of them. Programs differ in what the
standard leaves open: prefixes, paths from the root or from the file, case of names. Signatures and seals, attachments
and annotations are not read, but named in warnings.
"""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from extractor.document import Document, Warning
from extractor.readers.errors import ReadError
from extractor.readers.ofd_image import Placed, shown
from extractor.readers.ofd_page import PAGE_SIDES, Resources, box, name, read_page
from extractor.readers.package import BOMB, DAMAGED, MAX_MEMBERS, Package, open_zip, parsed
from extractor.readers.page import BOLD_NAMES, Page
from extractor.readers.page_blocks import document, page_list
from extractor.readers.recognition import recognised

ROOT = "OFD.xml"
A4 = (210.0, 297.0)
ENCRYPTED = ("encryptions.xml", "decryptseed.dat", "entriesmap.dat")
"""What a package holds whose files are encrypted after GM/T 0099."""


@dataclass(slots=True)
class _Body:
    """One document of the file: where its root lies, what its pages share. `templates` by number."""

    package: Package
    place: str
    root: etree._Element
    size: tuple[float, float]
    resources: Resources
    templates: dict[str, etree._Element] = field(default_factory=dict)


@dataclass(slots=True)
class _Unread:
    """What is in the file but not in the text, for warnings."""

    seals: int = 0
    signatures: int = 0
    attachments: list[str] = field(default_factory=list)
    annotations: int = 0
    odd: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    bodies: int = 0


def read(path: Path, password: str | None = None, jobs: int = 1) -> Document:
    """The document, not laid out; the documents of a file that holds several follow one another. Scanned pages are
    recognised, `jobs` of them at a time. OFD knows no password.

    Warnings: those of `page_blocks.document`, `ofd.signatures`, `ofd.attachments`, `ofd.annotations`, `ofd.objects`,
    `ofd.images`, `ofd.document`. Raises ReadError: file.truncated, file.encrypted, file.bomb, file.entities, file.scan, file.empty.
    """
    package = open_zip(path)
    with package.archive:
        if any(posixpath.basename(member) in ENCRYPTED for member in package.members):
            raise ReadError("file.encrypted", "OFD 文件已加密，请用制作它的软件解除加密后再试")
        root = _part(package, ROOT)
        if root is None:
            raise ReadError("file.truncated", DAMAGED)
        unread = _Unread()
        bodies = list(_bodies(package, root, unread))
        if not bodies:
            raise ReadError("file.truncated", DAMAGED)
        images: dict[int, list[Placed]] = {}
        picture = functools.partial(_picture, package, images, unread)
        made = document("ofd", recognised(_pages(bodies, images, unread), picture, jobs))
    made.warnings.extend(_warnings(unread))
    return made


def _part(package: Package, place: str) -> etree._Element | None:
    info = package.members.get(place.lower())
    return parsed(package, info) if info is not None else None


def _find(package: Package, location: str, *folders: str) -> str | None:
    """The member that a location means: from the package's root where it begins with a slash, else from the file that
    holds it. Programs that mean another folder are met half-way: `folders` are tried in turn, the root last."""
    location = location.strip().replace("\\", "/")
    if not location:
        return None
    for folder in ("",) if location.startswith("/") else (*folders, ""):
        place = posixpath.normpath(posixpath.join(folder, location.lstrip("/")))
        if place.lower() in package.members:
            return place
    return None


def _child(element: etree._Element | None, *names: str) -> etree._Element | None:
    for wanted in names:
        if element is None:
            return None
        element = next((child for child in element if name(child) == wanted), None)
    return element


def _children(element: etree._Element | None, wanted: str) -> list[etree._Element]:
    return [child for child in element if name(child) == wanted] if element is not None else []


def _location(element: etree._Element | None, *names: str) -> str:
    found = _child(element, *names)
    return (found.text or "") if found is not None else ""


# Documents


def _bodies(package: Package, root: etree._Element, unread: _Unread) -> Iterator[_Body]:
    for body in _children(root, "DocBody"):
        place = _document_place(package, body)
        top = _part(package, place) if place is not None else None
        if place is None or top is None:
            unread.bodies += 1
            continue
        folder = posixpath.dirname(place)
        common = _child(top, "CommonData")
        resources = Resources()
        for kind in ("PublicRes", "DocumentRes"):
            for element in _children(common, kind):
                _add_resources(package, element.text or "", folder, resources)
        made = _Body(package, place, top, _size(_child(common, "PageArea"), A4), resources)
        for template in _children(common, "TemplatePage"):
            found = _find(package, template.get("BaseLoc", ""), folder)
            page = _part(package, found) if found is not None else None
            if page is not None and found is not None:
                _add_page_resources(package, page, found, folder, resources)
                made.templates[template.get("ID", "")] = page
        _note(package, body, top, folder, unread)
        yield made


def _document_place(package: Package, body: etree._Element) -> str | None:
    """Where the document's root lies; of several versions, that of the current one."""
    for version in _children(_child(body, "Versions"), "Version"):
        place = _find(package, version.get("BaseLoc", ""))
        stated = _part(package, place) if place and version.get("Current", "").lower() in ("true", "1") else None
        if place is not None and stated is not None:
            found = _find(package, _location(stated, "DocRoot"), posixpath.dirname(place))
            if found is not None:
                return found
    return _find(package, _location(body, "DocRoot"))


def _size(area: etree._Element | None, otherwise: tuple[float, float]) -> tuple[float, float]:
    """Width and height of a page in millimetres."""
    for kind in ("PhysicalBox", "ApplicationBox", "ContentBox"):
        found = box(_location(area, kind))
        if found is not None and PAGE_SIDES[0] <= min(found[2:]) and max(found[2:]) <= PAGE_SIDES[1]:
            return found[2], found[3]
    return otherwise


def _add_resources(package: Package, location: str, folder: str, resources: Resources) -> None:
    place = _find(package, location, folder)
    if place is None or place in resources.read:
        return
    resources.read.add(place)
    root = _part(package, place)
    if root is None:
        return
    base = posixpath.join(posixpath.dirname(place), root.get("BaseLoc", ""))
    for element in root.iter("{*}Font", "{*}CompositeGraphicUnit", "{*}MultiMedia"):
        number, kind = element.get("ID", ""), name(element)
        if kind == "Font":
            called = (element.get("FontName", "") + " " + element.get("FamilyName", "")).lower()
            bold = element.get("Bold", "").lower() in ("true", "1")
            resources.bold[number] = bold or any(part in called for part in BOLD_NAMES)
        elif kind == "CompositeGraphicUnit":
            content = _child(element, "Content")
            if content is not None:
                resources.composites[number] = content
        else:
            file = _find(package, _location(element, "MediaFile"), base.lstrip("/"), posixpath.dirname(place), folder)
            if file is not None:
                resources.images[number] = file


def _add_page_resources(package: Package, page: etree._Element, place: str, folder: str, resources: Resources) -> None:
    for element in _children(page, "PageRes"):
        for location in [element.text or "", *(child.text or "" for child in element)]:
            _add_resources(package, location, posixpath.dirname(place), resources)


# Pages


def _pages(bodies: list[_Body], images: dict[int, list[Placed]], unread: _Unread) -> Iterator[Page | None]:
    """The pages of all documents in their order, None for one that cannot be read. `images` is given those of the pages
    that are to be read from their picture."""
    number = 0
    for body in bodies:
        for element in _children(_child(body.root, "Pages"), "Page"):
            number += 1
            if number > MAX_MEMBERS:  # more pages than files: the same ones over and over
                raise ReadError("file.bomb", BOMB)
            yield _page(body, element, number, images, unread)


def _page(
    body: _Body, element: etree._Element, number: int, images: dict[int, list[Placed]], unread: _Unread
) -> Page | None:
    location = element.get("BaseLoc") or _location(element, "BaseLoc")
    place = _find(body.package, location, posixpath.dirname(body.place))
    try:
        root = _part(body.package, place) if place is not None else None
    except ReadError as error:
        if error.code != "file.truncated":
            raise
        return None
    if root is None or place is None:
        return None
    _add_page_resources(body.package, root, place, posixpath.dirname(body.place), body.resources)
    used = [body.templates.get(template.get("TemplateID", "")) for template in _children(root, "Template")]
    size = body.size
    for source in (*used, root):
        size = _size(_child(source, "Area"), size)
    contents = [_child(source, "Content") for source in (*used, root)]
    read = read_page(number, size, [content for content in contents if content is not None], body.resources)
    if read.odd:
        unread.odd.append(number)
    if read.page.scan or read.page.garbled or read.page.bare:
        images[number] = read.images
    return read.page


def _picture(package: Package, images: dict[int, list[Placed]], unread: _Unread, page: Page, dpi: float) -> Any | None:
    """The page as its images show it, None where they show nothing."""
    placed = images.pop(page.number)
    picture = shown(package, placed, page.size, dpi)
    if placed and picture is None:
        unread.images.append(page.number)
    return picture


# What is not read


def _note(package: Package, body: etree._Element, root: etree._Element, folder: str, unread: _Unread) -> None:
    signatures = _listed(package, _location(body, "Signatures"), folder)
    for signature in _children(signatures, "Signature"):
        if signature.get("Type", "Seal").lower() == "sign":
            unread.signatures += 1
        else:
            unread.seals += 1
    attachments = _listed(package, _location(root, "Attachments"), folder)
    for attachment in _children(attachments, "Attachment"):
        label = attachment.get("Name") or posixpath.basename(_location(attachment, "FileLoc"))
        unread.attachments.append(" ".join(label.split()) or "未命名")
    place = _find(package, _location(root, "Annotations"), folder)
    annotations = _listed(package, _location(root, "Annotations"), folder)
    for page in _children(annotations, "Page"):
        listed = _listed(package, _location(page, "FileLoc"), posixpath.dirname(place or ""), folder)
        unread.annotations += sum(a.get("Type") != "Link" for a in _children(listed, "Annot"))


def _listed(package: Package, location: str, *folders: str) -> etree._Element | None:
    """The root of a list that is beside the text: a damaged one takes nothing from it."""
    place = _find(package, location, *folders)
    try:
        return _part(package, place) if place is not None else None
    except ReadError as error:
        if error.code != "file.truncated":
            raise
        return None


def _warnings(unread: _Unread) -> Iterator[Warning]:
    signed = [(unread.seals, "电子印章"), (unread.signatures, "数字签名")]
    if unread.seals or unread.signatures:
        said = "、".join(f"{count} 个{what}" for count, what in signed if count)
        yield Warning("ofd.signatures", f"文件有{said}，未验证是否有效，印章上的文字未读取")
    if unread.attachments:
        shown = "、".join(unread.attachments[:5]) + ("等" if len(unread.attachments) > 5 else "")
        yield Warning("ofd.attachments", f"文件带有 {len(unread.attachments)} 个附件（{shown}），未读取")
    if unread.annotations:
        yield Warning("ofd.annotations", f"文件有 {unread.annotations} 处注释（如批注、水印、图章），未读取")
    if unread.odd:
        yield Warning("ofd.objects", f"{page_list(unread.odd)}上有图元不合规范，未能读取")
    if unread.images:
        yield Warning("ofd.images", f"{page_list(unread.images)}的图片已损坏或格式不支持（如 JBIG2），无法识别文字")
    if unread.bodies:
        yield Warning("ofd.document", f"文件中有 {unread.bodies} 个文档已损坏，未能读取")
