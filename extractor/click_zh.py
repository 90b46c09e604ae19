"""click in Chinese: help pages aligned by display width, and error messages. Imports nothing heavy."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import Any

import click
from rich.cells import cell_len

# What click itself writes into help pages.
WORDS = {
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示帮助并退出",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]…",
}
TYPES = {"INTEGER RANGE": "N", "INTEGER": "N", "FLOAT": "数", "TEXT": "文字", "PATH": "路径"}
# What stands in brackets behind an option's help, and what click says of a value that it does not take.
REMARKS = (
    (r"default: (.+)", r"默认 \1"),
    (r"required", "必填"),
    (r"x>=(.+)", r"至少 \1"),
    (r"env var: (.+)", r"环境变量 \1"),
)
REFUSALS = (
    (r"'(.*)' is not a valid integer(?: range)?\.", r"“\1”不是整数"),
    (r"'(.*)' is not a valid float(?: range)?\.", r"“\1”不是数"),
    (r"(.*) is not in the range x>=(.*)\.", r"\1 太小，至少是 \2"),
    (r"(.*) is not in the range (.*)\.", r"\1 不在范围 \2 之内"),
    (r"\w+ '(.*)' does not exist\.", r"“\1”不存在"),
    (r"\w+ '(.*)' is a file\.", r"“\1”是文件，不是文件夹"),
    (r"\w+ '(.*)' is a directory\.", r"“\1”是文件夹，不是文件"),
)
# No line may begin with these.
CLOSING = "，。；：、！？）】》”’…"
INTERRUPTED = 130
PROGRAM = "heshu"


class Formatter(click.HelpFormatter):
    """Help pages whose columns and line breaks are right where characters are two cells wide."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english in ("[OPTIONS]", "COMMAND [ARGS]..."):
            args = args.replace(english, WORDS[english])
        self.write(f"用法：{prog} {args}".rstrip() + "\n")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{WORDS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        for line in text.replace("\b\n", "").split("\n"):
            self._write_lines(wrap(line, self.width - self.current_indent), self.current_indent)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = [(_typed(first), _remarked(second)) for first, second in rows]
        column = min(max(cell_len(first) for first, _ in rows), col_max) + col_spacing
        for first, second in rows:
            lines = wrap(second, max(self.width - self.current_indent - column, 20))
            head = " " * self.current_indent + first
            if cell_len(first) > column - col_spacing:
                self.write(head + "\n")
            else:
                self.write(head + " " * (column - cell_len(first)) + lines.pop(0) + "\n")
            self._write_lines(lines, self.current_indent + column)

    def _write_lines(self, lines: list[str], indent: int) -> None:
        for line in lines:
            self.write((" " * indent + line).rstrip() + "\n")


def _typed(term: str) -> str:
    option, _, kind = term.partition(" ")
    return f"{option} {TYPES[kind]}" if kind in TYPES else term


def _remarked(text: str) -> str:
    """An option's help with the remarks in brackets that click adds (default, range) in Chinese."""
    match = re.fullmatch(r"(.*?)\s*\[([^\]]+)\]", text, re.DOTALL)
    if match is None:
        return WORDS.get(text, text)
    remarks = [_first(REMARKS, remark) for remark in match[2].split("; ") if remark != "x>=0"]
    return match[1] + (f"（{'，'.join(remarks)}）" if remarks else "")


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    """The text as the first pattern of the table that fits it says it, or as it is."""
    for pattern, replacement in table:
        if re.fullmatch(pattern, text, re.DOTALL):
            return re.sub(pattern, replacement, text, flags=re.DOTALL)
    return text


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells; Latin words stay whole and closing punctuation stays with its line."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and cell_len(line + piece) > width and piece not in CLOSING:
            lines.append(line.rstrip())
            line = ""
            piece = piece.lstrip()
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """Single wide characters, and runs of narrow ones with the space after them."""
    pieces: list[str] = []
    for character in text:
        joins = pieces and cell_len(character) == 1 and cell_len(pieces[-1][-1]) == 1 and pieces[-1][-1] != " "
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


class Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    context_class = Context


class Group(click.Group):
    """A group whose help and errors are Chinese. A command may return its exit code."""

    context_class = Context
    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise click.UsageError(f"没有命令“{args[0]}”", ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs and exits with the code that the command returned; 2 for wrong usage, 130 where interrupted."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                # A console of another encoding shows ? for what it lacks; names of files may be no text at all.
                stream.reconfigure(errors="replace")
        kwargs |= {"prog_name": kwargs.get("prog_name") or PROGRAM, "standalone_mode": False}
        try:
            code = super().main(*args, **kwargs)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            code = 0
        except click.ClickException as error:
            if isinstance(error, click.UsageError) and error.ctx is not None:
                click.echo(error.ctx.get_usage(), err=True)
                click.echo(f"查看帮助：{error.ctx.command_path} --help\n", err=True)
            click.echo(f"错误：{message(error)}", err=True)
            code = error.exit_code
        except click.Abort:
            click.echo("已中断", err=True)
            code = INTERRUPTED
        except BrokenPipeError:
            # The reader of our output (head, less) has seen enough. Python would complain again when it exits.
            sys.stderr.close()
            code = 0
        sys.exit(code if isinstance(code, int) else 0)


def message(error: click.ClickException) -> str:
    """The error in Chinese. Messages that our own code raised are Chinese already."""
    name = _parameter(error)
    if isinstance(error, click.MissingParameter):
        return f"缺少{name}"
    if isinstance(error, click.BadParameter):
        return f"{name}：{_first(REFUSALS, error.message)}"
    if isinstance(error, click.NoSuchOption):
        hint = f"，是不是 {' 或 '.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{hint}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 用法不对，可能缺少它的值"
    return error.format_message()


def _parameter(error: click.ClickException) -> str:
    parameter = getattr(error, "param", None)
    if isinstance(parameter, click.Option):
        return f"选项 {max(parameter.opts, key=len)}"
    return f"参数 {parameter.make_metavar(error.ctx)}" if isinstance(parameter, click.Argument) else "参数"  # type: ignore[attr-defined]


def in_chinese(command: click.Command) -> click.Command:
    """A command of another room, with its subcommands, made to use this module's help pages."""
    command.context_class = Context
    if isinstance(command, click.Group):
        for child in command.commands.values():
            in_chinese(child)
    return command
