"""The jobs of one file: an import, and a list of people to stop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from connectors.configuration.sync_files import read_sync_file
from connectors.sources.opt_out_files import open_opt_outs
from connectors.sources.registry import open_file
from connectors.sources.source import Source
from flows.support.running import approver
from flows.support.sync_job import filled
from schemas.flow_options import HeldListChoice, ImportChoice, StopChoice
from schemas.forms.fields import columns_named
from schemas.sync_file import SyncFile
from sendersync.pipeline.job import Command, Job
from sendersync.pipeline.one_off.columns_of_stops import stop_columns, stop_sync
from sendersync.pipeline.one_off.import_like import import_like
from sendersync.pipeline.one_off.map_options import read_mapping, read_stop_mapping
from sendersync.pipeline.one_off.one_off import PERMISSIONS, import_mapping, import_sync
from sendersync.pipeline.one_off.reply_words import words_of_stop_list
from sendersync.transforms.approval.digest import as_digest

A_FILE = "Write the path of the file."
A_CODE = "Choose the number that the texts come from."


def import_job(what: ImportChoice, older: Mapping[str, str], *, dry_run: bool) -> Job:
    """What an import does.

    Args:
        what: The form.
        older: Field to column, as an older form named them.
        dry_run: Nothing is sent.

    Raises:
        WrongUse: The form or the file is not right.
    """
    file = filled(what.file, "File with contacts", A_FILE)
    if not what.like:
        filled(what.sender_code, "Sender code", f"{A_CODE} Or choose a sync to read the file like.")
    source = open_file(Path(file).expanduser())
    given = {**older, **read_mapping(columns_named(what.columns))}
    like = Path(what.like).expanduser() if what.like else None
    decided, opt_outs = PERMISSIONS.intersection(given), None
    if like is not None:
        read = read_sync_file(like)
        sync = _like(read.sync, source, given, what)
        opt_outs = open_opt_outs(sync, read.folder)
    else:
        found = import_mapping(source, given)
        decided = found.decided
        sync = import_sync(
            found.columns,
            what.sender_code,
            group=what.group or None,
            country=what.country or None,
            words=found.words,
        )
    return Job(
        command=Command.IMPORT,
        sync=sync,
        source=source,
        decided=decided,
        dry_run=dry_run,
        approved_by=approver(),
        sync_file=str(like.resolve()) if like else "",
        opt_outs=opt_outs,
    )


def _like(like: SyncFile, source: Source, given: Mapping[str, str], what: ImportChoice) -> SyncFile:
    constants = {
        "sender_code": what.sender_code,
        "group": what.group,
        "default_country": what.country,
    }
    return import_like(like, source, given, constants)


def stop_job(what: StopChoice, held: HeldListChoice, *, dry_run: bool) -> Job:
    """What a list of people to stop does.

    Args:
        what: The form.
        held: The approval of a list that an earlier run held.
        dry_run: Nothing is sent.

    Raises:
        WrongUse: The form or the file is not right.
    """
    file = filled(what.file, "File with the people to stop", A_FILE)
    code = filled(what.sender_code, "Sender code", A_CODE)
    source = open_file(Path(file).expanduser())
    found = stop_columns(source, read_stop_mapping(columns_named(what.columns)))
    words = words_of_stop_list(source, found.columns)
    return Job(
        command=Command.STOP,
        sync=stop_sync(found.columns, code, country=what.country or None, words=words),
        source=source,
        dry_run=dry_run,
        approve=as_digest(held.digest) if held.digest else "",
        note=held.note,
        approved_by=approver(held.name),
    )
