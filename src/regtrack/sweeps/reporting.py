"""report_sweep: judge a sweep from the store and leave report, tables, tags and notes there."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.charts.theme import variant_hues
from regtrack.diagnosis.answer import Answer
from regtrack.diagnosis.bought import bought_in_words
from regtrack.diagnosis.confirmed_choice import fresh_networks_read
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.judged_again import what_changed
from regtrack.diagnosis.judgement import Judgement, judge_sweep
from regtrack.diagnosis.shown_variants import foremost
from regtrack.diagnosis.splits.all_splits import networks_read
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.report.claims_page import render_claims_page
from regtrack.report.render import render_report
from regtrack.sweeps.contents import report_of
from regtrack.sweeps.methods import MethodTables, methods_of_sweep
from regtrack.sweeps.notes import sweep_note, trial_notes
from regtrack.sweeps.spent import spent_in_words
from regtrack.sweeps.summary import caption, rows_of
from regtrack.sweeps.winner import Winner, winner_of
from regtrack.tracking import links, reader
from regtrack.tracking.earlier_answer import judged_before
from regtrack.tracking.judgements import Shown, write_judgement
from regtrack.tracking.record import read_record
from regtrack.tracking.shared_view import write_shared_view
from regtrack.tracking.store import refuse_moved
from regtrack.tracking.tags_of_sweep import read_tags
from regtrack.tracking.writer import log


@dataclass(frozen=True, eq=False)
class Reported:
    """What was said of a sweep, and where to open it. `changed`: what was said otherwise when it was judged before, a sentence each;
    None where it was not."""

    record: SweepRecord
    judgement: Judgement
    methods: MethodTables
    caption: str
    chart_link: str
    compare_link: str
    report_link: str
    winner: Winner
    changed: tuple[str, ...] | None = None

    @property
    def answer(self) -> Answer:
        return self.judgement.answer

    @property
    def what_mc_dropout_bought(self) -> tuple[str, ...]:
        """A sentence a variant with dropout."""
        return tuple(map(bought_in_words, self.answer.mc_dropout))

    @property
    def spent(self) -> tuple[str, ...]:
        """Where the seeds went, a sentence each, of a sweep that spent them where they decide."""
        return spent_in_words(self.record)

    @property
    def leaderboard(self) -> pd.DataFrame:
        return self.judgement.leaderboard

    @cached_property
    def shown(self) -> list[str]:
        """The variants that one screen shows."""
        return foremost(self.leaderboard, self.answer.best)

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """The leaderboard in words, as terminal, note and notebook show it."""
        return rows_of(self.leaderboard, self.answer.primary, self.judgement.levels)


def report_sweep(
    client: MlflowClient, experiment_id: str, sweep_id: str, criteria: Criteria, *, run_id: str
) -> Reported:
    """Judge the sweep's finished trials and write everything to its run `run_id` and to the trials.

    Nothing is trained and nothing remembered: the store alone decides, so that a report made again says the same.
    Raises StoreError: no finished trial, an artifact that is missing or damaged, or a store that was moved.
    """
    refuse_moved(client, experiment_id)  # written to, it would make the old folder again
    record = read_record(client, experiment_id, sweep_id)
    earlier = judged_before(client, run_id, len(record.test.example_id))
    tagged = read_tags(client, experiment_id, sweep_id)
    before = reader.readings(sweep_id, tagged.values())
    readings = before.then(len(record.trials), fresh_networks_read(record.fresh))
    methods = methods_of_sweep(client, record, run_id, looks=readings.exploration)
    looks, splits_read = {names.LOOKS: readings.to_text()}, None
    if n := networks_read(record.resplits):
        splits_read = reader.readings(sweep_id, tagged.values(), names.SPLIT_LOOKS).then(n, 0)
        looks |= {names.SPLIT_LOOKS: splits_read.to_text()}
    log(client, run_id, tags=looks)  # before anything that was read is shown
    judgement = judge_sweep(record, criteria, methods.figures, readings, splits_read)
    base = links.ui_base(client.tracking_uri)
    seed = int(record.trials[names.SEED].min())
    view = write_shared_view(client, experiment_id, sweep_id, run_id, seed)
    shown = record.trials[record.trials["variant"].isin(foremost(judgement.leaderboard, judgement.answer.best))]
    firsts = shown.drop_duplicates("variant")["run_id"].tolist()
    reported = Reported(
        record,
        judgement,
        methods,
        caption(len(record.test.example_id), judgement.answer.primary, over=judgement.answer.over),
        links.chart_link(base, experiment_id, sweep_id, seed=seed, view=view),
        links.compare_link(base, experiment_id, firsts),
        links.artifact_link(base, experiment_id, run_id, names.REPORT),
        winner_of(client, record.trials, judgement.answer.best),
        None if earlier is None else tuple(what_changed(earlier, judgement.answer)),
    )
    hues = variant_hues(judgement.leaderboard["variant"], judgement.leaderboard["technique"])
    run_links = {row.run_id: links.run_link(base, experiment_id, row.run_id) for row in record.trials.itertuples()}
    report = report_of(
        record,
        judgement,
        criteria,
        methods=methods,
        hues=hues,
        run_links=run_links,
        sweep_id=sweep_id,
    )
    shown = Shown(
        pages={
            names.REPORT: render_report(report),
            names.CLAIMS_PAGE: render_claims_page(judgement.claims, report.conditions),
        },
        note=sweep_note(reported),
        notes=trial_notes(record, judgement, reported.report_link),
        hues=hues,
    )
    tables = {names.METHODS: methods.figures, names.METHOD_VERDICTS: methods.verdicts}
    write_judgement(client, run_id, record, judgement, tables, shown, tagged=tagged)
    return reported
