"""A person's approval of what is held: which digest a plan has, and what an approval lets go."""

from __future__ import annotations

from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.job import Job
from sendersync.state.store import State
from sendersync.transforms.approval.digest import plan_digest, read_digest
from sendersync.transforms.plan import Plan


def digest_of(job: Job, state: State, extracted: Extracted, content: str, plan: Plan) -> str:
    """The digest of a plan that was just made; see `plan_digest`.

    Args:
        job: The run.
        state: What the plan was made from; only read here.
        extracted: Today's read.
        content: Digest of the source's content, as far as it can say it itself.
        plan: What the guards let go and hold.
    """
    content = content or read_digest(extracted.contacts, extracted.rejects)
    # without the state's own name: a state that a run has yet to make is as empty as a new one
    revision = state.revision(job.sync.sync).partition("/")[2]
    return plan_digest(job.sync, content, revision, plan.operations, plan.held)
